"""The house: no circle of imports, and the picture in CONTRIBUTING.md is that of the rooms as they stand."""

import doctest
import re

import pytest

from tools import floors


def test_no_module_and_no_room_imports_itself_by_way_of_others():
    graph = floors.imports()
    assert floors.circle(graph) == []
    assert floors.circle(floors.rooms(graph)) == []


def test_the_picture_is_up_to_date():
    text = floors.PAGE.read_text(encoding="utf-8")
    assert floors.page(text) == text, "run python tools/floors.py, and commit CONTRIBUTING.md"


@pytest.mark.parametrize("page", ["book/README.md", "tools/README.md"])
def test_every_room_beside_the_library_is_in_a_table(page):
    rows = re.findall(r"^\| (`.*?) \|", (floors.ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    named = set(re.findall(r"`([\w.]+)/?`", " ".join(rows)))
    folder = (floors.ROOT / page).parent
    files = [*folder.glob("*.py"), *folder.glob("*.sh"), *folder.glob("extensions/*.py")]
    files += [path for path in folder.glob("*/") if next(path.glob("*.*"), None)]
    missing = {path.name for path in files if path.name[0] not in "_."} - named
    assert not missing, f"say in a table of {page} what these are for"


@pytest.mark.parametrize(
    "line",
    ["from .b import x", "from . import b", "import xentedu.b", "from xentedu import b", "from xentedu.b import x"],
)
def test_every_form_of_import_is_seen(tmp_path, line):
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "a.py").write_text(f"def later():\n    {line}\n")
    (tmp_path / "b.py").write_text("x = 1\n")
    assert floors.imports(tmp_path)["a"] == {"b"}


def test_imports_within_folders_and_upwards(tmp_path):
    for folder in ("", "c", "d"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "__init__.py").write_text("from . import e\n" if folder == "c" else "")
    (tmp_path / "c" / "e.py").write_text("from ..d import f\nfrom .. import d, a\nimport numpy as np\n")
    (tmp_path / "d" / "f.py").write_text("import xentedu as xe\n")
    (tmp_path / "a.py").write_text("")
    graph = floors.imports(tmp_path)
    assert graph == {"": set(), "a": set(), "c": {"c.e"}, "c.e": {"d.f", "d", "a"}, "d": set(), "d.f": {""}}
    assert floors.rooms(graph | {"": {"a"}}) == {"a": set(), "c": {"a", "d"}, "d": {"a"}}


def test_a_circle_is_named():
    with pytest.raises(ValueError, match="in a circle: a, b, a"):
        floors.floors({"a": {"b"}, "b": {"a"}})


def test_the_examples_of_the_script():
    assert doctest.testmod(floors).failed == 0
    assert doctest.testmod(floors).attempted == 2
