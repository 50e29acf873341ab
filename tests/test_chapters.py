"""The reader's copies of the chapters: whole outside the book, and never written over the reader's work."""

import json
import os
import re
import subprocess
import sys
import tomllib

import nbformat
import pytest

from tests.browser.conftest import PAGES, ROOT
from tools import notebooks
from xentedu.chapters import copies, lab

LOGITS, NCE = (copies.file_names()[name] for name in ("logits", "nce"))
COUNT = len(copies.NAMES) + 1  # files in a folder of copies: a first page, too


def beside(name):
    return name.replace(".ipynb", "-2.ipynb")


def text_of(notebook):
    return "\n\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")


def edited(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    assert copies.write(tmp_path) == {}
    return tmp_path


@pytest.fixture
def new_edition(monkeypatch):
    """Change one sentence of one chapter, as a later version of the book would."""
    chapter = copies._chapter

    def changed(name):
        notebook = chapter(name)
        if name == "nce":
            notebook["cells"][0]["source"].append("\nA new sentence.")
        return notebook

    return lambda: monkeypatch.setattr(copies, "_chapter", changed)


def test_chapters_are_those_of_the_contents_in_their_order():
    found = {path.stem for path in notebooks.BOOK.glob("*.ipynb")}
    named = "name it in NAMES of xentedu/chapters/copies.py and in _toc.yml, at the same place"
    assert set(copies.NAMES) == found, named
    in_contents = [file for file in PAGES if file.removeprefix("book/") in found]
    assert [f"book/{name}" for name in copies.NAMES] == in_contents, named


@pytest.mark.parametrize("name", copies.NAMES)
def test_copy_has_no_dead_link_and_nothing_that_only_sphinx_knows(folder, name):
    path = folder / copies.file_names()[name]
    nbformat.validate(nbformat.read(path, as_version=4))
    text = text_of(json.loads(path.read_text(encoding="utf-8")))
    assert "footcite" not in text
    assert "footbibliography" not in text
    links = [to for to in re.findall(r"\]\(([^)]*)\)", text) if not to.startswith("http")]
    for to in links:
        assert f"({to[1:]})=" in text if to.startswith("#") else (folder / to).exists(), to


@pytest.mark.parametrize("name", copies.NAMES)
def test_each_source_that_a_copy_cites_is_listed(name):
    chapter, copied = text_of(copies._chapter(name)), text_of(copies.copy(name))
    keys = list(dict.fromkeys(re.findall(r"\{footcite:[pt]\}`(\w+)`", chapter)))
    assert keys, "a chapter cites at least one source, {footcite:t}`key`, and ends in its references"
    listed = copied.split("\n## References\n")[1]
    assert re.findall(r"^(\d+)\. ", listed, re.MULTILINE) == [str(number) for number in range(1, len(keys) + 1)]
    assert set(re.findall(r"\\\[\[?(\d+)", copied)) == {str(number) for number in range(1, len(keys) + 1)}
    assert r"\url" not in listed


def test_code_of_a_copy_is_the_chapters():
    def code(notebook):
        return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]

    for name in copies.NAMES:
        assert code(copies.copy(name)) == code(copies._chapter(name))


def test_a_link_to_another_page_leads_to_the_published_book_if_there_is_one():
    assert "[Which cross-entropy loss do I need?](" not in text_of(copies.copy("same_loss"))
    text = text_of(copies.copy("same_loss", address="https://book.example/"))
    assert "[Which cross-entropy loss do I need?](https://book.example/book/index.html)" in text


def test_first_page_leads_to_every_chapter_in_order(folder):
    text = text_of(json.loads((folder / copies.FIRST_PAGE).read_text(encoding="utf-8")))
    links = re.findall(r"^\d+\. \[.+\]\((.+)\)$", text, re.MULTILINE)
    assert links == [f"{number:02}-{name}.ipynb" for number, name in enumerate(copies.NAMES, 1)]
    assert [copies.FIRST_PAGE, *links] == sorted(path.name for path in folder.iterdir())  # listed in that order, too


def test_copies_that_the_page_on_running_them_names_are_there(folder):
    named = re.findall(r"lessons/([\w-]+\.ipynb)", (notebooks.BOOK / "running.md").read_text(encoding="utf-8"))
    assert len(named) >= 3
    assert {*named} <= {path.name for path in folder.iterdir()}


def test_what_the_reader_wrote_stays(folder):
    edited(folder / LOGITS, "np.log(p / 1 - p)", "np.log(p / (1 - p))")
    before = (folder / LOGITS).read_bytes()
    assert copies.write(folder) == {}
    assert (folder / LOGITS).read_bytes() == before
    assert len(list(folder.iterdir())) == COUNT


def test_a_deleted_copy_comes_back(folder):
    before = (folder / LOGITS).read_bytes()
    (folder / LOGITS).unlink()
    copies.write(folder)
    assert (folder / LOGITS).read_bytes() == before


def test_a_new_edition_replaces_a_copy_in_which_nothing_was_written(folder, new_edition):
    notebook = nbformat.read(folder / NCE, as_version=4)  # opened and run, so saved by JupyterLab
    notebook.cells[1].execution_count = 7
    nbformat.write(notebook, folder / NCE)
    new_edition()
    assert copies.write(folder) == {}
    assert "A new sentence." in (folder / NCE).read_text(encoding="utf-8")
    assert len(list(folder.iterdir())) == COUNT


def test_a_new_edition_goes_beside_what_the_reader_wrote(folder, new_edition, capsys):
    edited(folder / NCE, "## On one slide", "## On my slide")
    new_edition()
    for _ in range(2):  # and once is enough
        assert lab.main([str(folder), "--copies-only"]) == 0
        assert f"{NCE} has your changes and stays." in capsys.readouterr().out
        assert "On my slide" in (folder / NCE).read_text(encoding="utf-8")
        assert "A new sentence." in (folder / beside(NCE)).read_text(encoding="utf-8")
        assert beside(NCE) in (folder / copies.FIRST_PAGE).read_text(encoding="utf-8")
        assert len(list(folder.iterdir())) == COUNT + 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"metadata": {}}', '{"metadata": {"xentedu": {}}, "cells": []}'])
def test_a_file_that_is_no_copy_is_the_readers(tmp_path, text):
    (tmp_path / LOGITS).write_text(text)
    assert copies.write(tmp_path) == {LOGITS: beside(LOGITS)}
    assert (tmp_path / LOGITS).read_text() == text


def test_without_its_packages_the_command_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    assert lab.main([str(tmp_path / "new")]) == 1
    assert 'pip install "xentedu[lessons]"' in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def plain_pytest(folder, *arguments):
    """Run pytest with nbval as somebody else's CI does, who has none of our other plugins."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--nbval", *arguments]
    others = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(command, cwd=folder, env=others, capture_output=True, text=True, check=False)


def test_somebody_elses_ci_compares_the_copies(folder):
    quickest = copies.file_names()["same_loss"]
    edited(folder / quickest, '"# The same loss', '"# My same loss')
    done = plain_pytest(folder, copies.FIRST_PAGE, quickest)
    assert done.returncode == 0, done.stdout
    cells = sum(cell["cell_type"] == "code" for cell in copies._chapter("same_loss")["cells"])
    assert f"{cells} passed" in done.stdout


def test_in_a_checkout_pytest_needs_nbval_alone():
    done = plain_pytest(ROOT, "--collect-only", "book/nce.ipynb")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "book/nce.ipynb::Cell 0" in done.stdout


def test_the_environment_for_jupyterlab_is_light_and_has_what_the_lessons_need():
    def names(lines):
        return {re.split(r"[^\w-]", line)[0].lower() for line in lines if re.match(r"[A-Za-z]", line)}

    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    lab_alone = names((ROOT / "requirements-lab.txt").read_text(encoding="utf-8").splitlines())
    assert lab_alone == names(extras["figures"] + extras["lessons"]) - {"xentedu"} | {"numpy", "ipywidgets"}
    rest = names((ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines())
    assert lab_alone.isdisjoint(rest)
    assert {"jupyter-book", "playwright", "pytest"} <= rest
