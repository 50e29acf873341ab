"""Python's files for the pages: from any place, kept only if their hash is the committed one."""

import functools
import hashlib
import http.server
import json
import threading
import types
import zipfile

import cells
import pyodide
import pytest

RIGHT = {"core.js": b"the core", "numpy.whl": b"a wheel"}


def entry(data):
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


@pytest.fixture
def places(tmp_path, monkeypatch):
    """An address, an index of wheels, an empty cache, and a table that names two files."""
    names = types.SimpleNamespace(address=tmp_path / "address", wheels=tmp_path / "wheels")
    for folder in (names.address, names.wheels):
        folder.mkdir()
    numpy = {"file_name": "numpy.whl", "depends": [], **entry(RIGHT["numpy.whl"])}
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(names.address))
    monkeypatch.setattr(http.server.SimpleHTTPRequestHandler, "log_message", lambda *args: None)
    monkeypatch.setattr(pyodide, "TABLE", tmp_path / "table.json")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(names.wheels))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        table = {
            "version": "0.0",
            "address": f"http://127.0.0.1:{server.server_port}/",
            "wheel": "bundle==1.0",
            "core": {"core.js": entry(RIGHT["core.js"])},
            "lock": {"packages": {"numpy": numpy}},
        }
        pyodide.TABLE.write_text(json.dumps(table), encoding="utf-8")
        yield names
        server.shutdown()


def put_in_a_wheel(folder, files):
    with zipfile.ZipFile(folder / "bundle-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("bundle-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: bundle\nVersion: 1.0\n")
        wheel.writestr("bundle-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("bundle-1.0.dist-info/RECORD", "")
        for name, data in files.items():
            wheel.writestr(f"deep/down/{name}", data)


def kept():
    return {path.name: path.read_bytes() for path in pyodide.cache().iterdir()}


def test_files_come_from_the_address_once(places):
    for name, data in RIGHT.items():
        (places.address / name).write_bytes(data)
    assert pyodide.bring() == {}
    assert kept() == RIGHT
    for name in RIGHT:
        (places.address / name).unlink()
    assert pyodide.bring() == {}


def test_what_the_address_lacks_comes_from_the_wheel(places):
    (places.address / "core.js").write_bytes(RIGHT["core.js"])
    put_in_a_wheel(places.wheels, RIGHT)
    assert pyodide.bring() == {}
    assert kept() == RIGHT


@pytest.mark.parametrize("spoilt", [b"THE CORE", b"the cor", b""])
def test_a_file_that_was_spoilt_in_the_cache_is_brought_again(places, spoilt):
    put_in_a_wheel(places.wheels, RIGHT)
    pyodide.cache().mkdir(parents=True)
    (pyodide.cache() / "core.js").write_bytes(spoilt)
    assert pyodide.bring() == {}
    assert kept() == RIGHT


def test_a_wrong_file_is_not_kept_and_is_named(places):
    for name in RIGHT:
        (places.address / name).write_bytes(b"something else")
    put_in_a_wheel(places.wheels, {"core.js": b"THE CORE"})
    missing = pyodide.bring()
    assert missing["numpy.whl"].startswith("SHA-256 ")
    assert missing["core.js"].endswith(f"expected {entry(RIGHT['core.js'])['sha256']}")
    assert kept() == {}


class App:
    """As much of Sphinx as the extension asks for."""

    def __init__(self, folder):
        self.doctreedir = folder / "doctrees"
        self.outdir = folder / "html"
        self.outdir.mkdir()
        self.builder = types.SimpleNamespace(format="html")
        self.config = types.SimpleNamespace(html_static_path=[])

    def add_js_file(self, *args, **kwargs):
        """Nothing to add to."""


@pytest.mark.parametrize(("ci", "level"), [("true", "warning"), ("", "info")])
def test_without_the_files_one_line_says_so_and_the_book_has_no_python(places, tmp_path, monkeypatch, ci, level):
    said = []
    logger = types.SimpleNamespace(
        **{name: functools.partial(lambda *args: said.append(args), name) for name in ("warning", "info")}
    )
    monkeypatch.setattr(cells, "LOGGER", logger)
    monkeypatch.setenv("CI", ci)
    app = App(tmp_path)
    cells.write_scripts(app)
    ((how, line),) = said
    assert how == level  # in CI a warning is an error
    assert "2 files of Pyodide are missing, core.js for one (" in line
    cells.write_python(app, None)
    assert not (tmp_path / "html" / "python").exists()
    assert '"python":false' in (tmp_path / "cells_static" / "cells.js").read_text(encoding="utf-8")
