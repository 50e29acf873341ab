"""What importing the package loads, and that every public name is documented."""

import doctest
import enum
import inspect
import re
import subprocess
import sys

import pytest

import xentedu as xe
from xentedu import exercises

MODULES = {
    "xe": xe,
    "xe.contrib": xe.contrib,
    "xe.contrib.losses": xe.contrib.losses,
    "xe.contrib.nn": xe.contrib.nn,
    "xe.exercises": exercises,
    "xe.keras": xe.keras,
    "xe.keras.losses": xe.keras.losses,
    "xe.losses": xe.losses,
    "xe.nn": xe.nn,
}
SECTIONS = ("Args", "Returns", "Raises", "Examples", "References")


def public_functions():
    for prefix, module in MODULES.items():
        for name in module.__all__:
            if callable(getattr(module, name)) and not isinstance(getattr(module, name), enum.EnumMeta):
                yield f"{prefix}.{name}", getattr(module, name)


FUNCTIONS = dict(public_functions())
WITHOUT_REFERENCES = {"xe.exercises.check"}  # an exercise quotes nobody


def test_importing_loads_no_figures():
    modules = "xentedu, xentedu.exercises, xentedu.lessons, xentedu.selftest"
    code = f"import sys, {modules}; print(*sorted(m.partition('.')[0] for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"numpy", "xentedu"} <= loaded
    assert loaded.isdisjoint({"matplotlib", "ipywidgets", "anywidget", "IPython", "traitlets", "scipy"})


def test_importing_warns_of_nothing_and_prints_nothing():
    done = subprocess.run([sys.executable, "-W", "error", "-c", "import xentedu"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_all_lists_what_is_there_in_order(module):
    assert module.__doc__
    assert sorted(module.__all__) == list(module.__all__)
    for name in module.__all__:
        assert getattr(module, name).__doc__, name


def test_nn_has_no_public_function_that_is_not_listed():
    here = {name for name, value in vars(xe.nn).items() if inspect.isfunction(value) and not name.startswith("_")}
    assert here == set(xe.nn.__all__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstring_has_its_sections_in_order(name):
    text = inspect.getdoc(FUNCTIONS[name])
    assert re.match(r"[^\n]+\.\n\n", text), "the first line is one sentence"
    found = re.findall(rf"^({'|'.join(SECTIONS)}):$", text, re.MULTILINE)
    wanted = [s for s in SECTIONS if s != "References" or name not in WITHOUT_REFERENCES]
    assert found == wanted


@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstring_describes_every_argument(name):
    text = inspect.getdoc(FUNCTIONS[name])
    args = re.search(r"^Args:\n(.*?)^\w", text, re.MULTILINE | re.DOTALL).group(1)
    # What only steers a graph is described in calling.py alone, and so are the second names of arguments.
    function = FUNCTIONS[name]
    own = inspect.signature(getattr(function, "implementation", inspect.unwrap(function))).parameters
    assert re.findall(r"^    (\w+):", args, re.MULTILINE) == list(own)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_the_code_says_of_a_default_is_what_a_call_gets(name):
    function = FUNCTIONS[name]
    own = inspect.signature(getattr(function, "implementation", inspect.unwrap(function))).parameters
    whole = inspect.signature(function).parameters
    for key, parameter in own.items():
        if parameter.default is not parameter.empty:
            given = whole[key if key in whole else "dim"].default
            assert parameter.default == (-1 if key == "axis" and given is None else given), key


@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstring_has_examples_that_hold(name):
    function = FUNCTIONS[name]
    namespace = dict(vars(inspect.getmodule(function)))
    (test,) = doctest.DocTestFinder(recurse=False).find(function, name, globs=namespace)
    assert test.examples
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_version_is_a_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+", xe.__version__)
