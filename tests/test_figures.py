"""The live figures in Python: what a setting may be, what they need to be imported, and that each fact stands once."""

import itertools
import json
import re
import statistics
import subprocess
import sys

import numpy as np
import pytest

import xentedu as xe
from xentedu import explore
from xentedu.explore.machinery import bundle

CLASSES = {name: bundle.figure_class(name) for name in bundle.names()}
SCRIPTS = {name: (bundle.FIGURES / f"{name}.js").read_text(encoding="utf-8") for name in CLASSES}


def test_each_figure_has_a_python_and_a_javascript_file():
    known = {getattr(explore, name) for name in explore.__all__}
    assert set(CLASSES.values()) == known, "name it in xentedu/explore/__init__.py, twice"


def test_a_lecturer_finds_every_figure_on_the_landing_page():
    page = (bundle.FIGURES.parents[1] / "book" / "index.md").read_text(encoding="utf-8")
    missing = [name for name in CLASSES if f'.html#{name}">' not in page]
    assert not missing, "link these from book/index.md, under *In front of a class*"


@pytest.mark.parametrize(
    "path", sorted((bundle.FIGURES.parents[1] / "book").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_the_figures_of_a_page_are_at_most_60_kilobytes(path):
    found = re.findall(r"from xentedu\.explore import ([A-Z]\w+)", path.read_text(encoding="utf-8"))
    assert found
    names = {f"xentedu-{getattr(explore, figure).name}.js" for figure in found}
    code = [text for name, text in bundle.page_scripts().items() if name in {"xentedu.js", *names}]
    style = " ".join(bundle.style().split())  # as the page has it
    assert sum(len(text.encode()) for text in (*code, style)) <= 60_000


# ---- what a setting may be


@pytest.mark.parametrize(
    ("figure", "state", "message"),
    [
        (explore.LogitShift, {"shift": 901}, r"shift: expected a number in \[-900, 900\], received 901"),
        (explore.LogitShift, {"shift": float("nan")}, "shift: expected a number"),
        (explore.LogitShift, {"shift": "5"}, "shift: expected a number"),
        (explore.LogitShift, {"shift": True}, "shift: expected a number"),
        (explore.LogitShift, {"precision": "float16"}, "precision: expected one of 'float32', 'float64'"),
        (explore.LogitShift, {"label": 0.5}, r"label: expected an integer in \[0, 1\], received 0.5"),
        (explore.TwoFamilies, {"logits": [1.0, 2.0], "labels": [1, 0]}, "logits: expected 3 to 5 numbers"),
        (explore.TwoFamilies, {"logits": [1.0] * 4}, "labels: expected 4 numbers, as many as logits, received 3"),
        (explore.TwoFamilies, {"logits": [1.0, 2.0, 7.0]}, "logits: expected a number"),
        (explore.Weighting, {"weights": [1.0] * 7}, "weights: expected 8 numbers"),
        (explore.PosWeight, {"repaired": 2}, "repaired: expected True or False"),
        (explore.NoiseContrastive, {"distortion": True}, "distortion: expected one of 0, 0.75, 1"),
    ],
)
def test_an_impossible_state_is_refused(figure, state, message):
    with pytest.raises(ValueError, match=message):
        figure(**state)


def test_a_setting_that_is_not_there_is_refused():
    with pytest.raises(TypeError, match="LogitShift has no setting 'shifts': expected shift, precision, label"):
        explore.LogitShift(shifts=1)


def test_settings_that_belong_together_change_together():
    figure = explore.TwoFamilies()
    with pytest.raises(ValueError, match=r"To change both, write change\(\{'labels': …, 'logits': …\}\)"):
        figure.logits = [0, 0, 0, 0]
    assert figure.state() == explore.TwoFamilies().state()
    figure.change({"labels": [1, 0, 0, 1], "logits": [0, 0, 0, 0]})
    assert figure.labels == [1, 0, 0, 1]
    assert len(figure.widget().logits) == 4


def test_a_list_that_was_read_does_not_change_the_figure():
    figure = explore.TwoFamilies()
    figure.logits.append(1.0)
    assert figure.logits == explore.TwoFamilies().logits


def test_figure_and_widget_follow_each_other():
    figure = explore.LogitShift()
    widget = figure.widget()
    figure.shift = 20
    assert widget.shift == 20
    widget.shift = 30
    assert figure.shift == 30
    assert figure.widget() is widget


def test_pos_weight_counts_by_the_normal_distribution_itself():
    given = explore.PosWeight().numbers()
    assert (round(given["recall"], 4), round(given["precision"], 4)) == (0.8475, 0.2129)
    negative, positive = statistics.NormalDist(0), statistics.NormalDist(explore.pos_weight.DISTANCE)
    choices = itertools.product(explore.pos_weight.POS_WEIGHTS, explore.pos_weight.SHARES, (True, False))
    for q, share, repaired in choices:
        for threshold in explore.pos_weight.THRESHOLDS:
            figure = explore.PosWeight(pos_weight=q, share=share, repaired=repaired, threshold=threshold)
            now = figure.numbers()
            found, alarms = (1 - each.cdf(now["boundary"]) for each in (positive, negative))
            found, alarms = share * found, (1 - share) * alarms
            assert np.isclose(now["recall"], found / share, rtol=1e-9)
            assert np.isclose(now["precision"], found / (found + alarms), rtol=1e-9)
            assert np.isclose(now["cost"], q * (share - found) + alarms, rtol=1e-9)
            assert all(now["lowest"] <= figure.cost(z) for z in np.linspace(-9, 11, 201))


def test_kerass_clip_is_that_of_keras():
    logits = np.linspace(-30, 30, 121)
    for y in (0, 1):
        loss, slope, clipped_loss, clipped_slope = explore.KerasClip(label=y).at(logits)
        keras = xe.value_and_grad(xe.keras.losses.binary_crossentropy)
        labels, p = np.full((121, 1), float(y)), xe.nn.sigmoid(logits)
        value, grads = keras(labels, logits[:, None], from_logits=True)
        np.testing.assert_allclose(value, loss, rtol=1e-12)
        np.testing.assert_allclose(grads["y_pred"][:, 0], slope, rtol=1e-12, atol=1e-12)
        value, grads = keras(labels, p[:, None])
        np.testing.assert_allclose(value, clipped_loss, rtol=1e-7, atol=1e-12)  # 1 - p has lost digits in Keras
        np.testing.assert_allclose(grads["y_pred"][:, 0] * p * (1 - p), clipped_slope, atol=1e-9)


def test_without_a_label_there_is_no_softmax_loss():
    figure = explore.TwoFamilies(labels=[0, 0, 0])
    with pytest.raises(ValueError, match="sum to one"):
        xe.nn.softmax_cross_entropy_with_logits_v2(figure.labels, figure.logits)
    assert "loss_softmax" not in figure.numbers()
    assert "loss refused: its labels must sum to one" in figure.describe()
    assert np.isfinite(figure.shown()).all()
    figure.still()


# ---- what they need


def without(code, *modules):
    """Run ``code`` where these modules cannot be imported."""
    block = f"import sys; sys.modules.update(dict.fromkeys({modules!r}))\n"
    return subprocess.run([sys.executable, "-c", block + code], capture_output=True, text=True, check=False)


def test_figures_count_and_speak_with_numpy_alone():
    code = """
from xentedu import explore
from xentedu.explore.colours import light
for name in explore.__all__:
    figure = getattr(explore, name)()
    assert repr(figure) == figure.describe() and figure.shown()
try:
    explore.LogitShift()._repr_mimebundle_()
except ImportError as error:
    print(error)
"""
    run = without(code, "anywidget", "traitlets", "ipywidgets", "matplotlib", "IPython")
    assert run.returncode == 0, run.stderr
    assert run.stdout == 'a live figure needs anywidget, which is not installed: pip install "xentedu[figures]"\n'


def test_importing_the_figures_loads_numpy_alone():
    code = "import sys, xentedu.explore; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split())
    assert "xentedu.explore.nce" in loaded
    assert loaded.isdisjoint({"matplotlib", "ipywidgets", "anywidget", "IPython", "traitlets"})


# ---- each fact once


def python_constants(name):
    module = sys.modules[f"xentedu.explore.{name}"]
    return {key: value for key, value in vars(module).items() if key.isupper() and not key.startswith("_")}


def imported(script):
    return set(re.findall(r"\w+", re.search(r"import \{([^}]*)\} from \"\./\w+\.py\"", script)[1]))


def declared(script):
    """Return the names that stand on the left of a `const` or `let` of the module."""
    heads = re.findall(r"^(?:export )?(?:const|let) ([^;]*?);$", script, re.MULTILINE | re.DOTALL)
    return {name for head in heads for name in re.findall(r"(?:^|, |\n\s*)(\w+)\s*=", head)}


def literals(script):
    """Return the sentences and the lists of three or more numbers that a script writes out, as JSON."""
    texts = set(re.findall(r'"([^"\n]* [^"\n]*)"', script))
    lists = {
        json.dumps(json.loads(f"[{found}]")) for found in re.findall(r"\[((?:-?\d[\d.e]*, ){2,}-?\d[\d.e]*)\]", script)
    }
    return texts | lists


def spelled(value):
    """Return the texts and lists in a constant, in the form in which :func:`literals` finds them."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return set().union(*map(spelled, [*value, *value.values()]))
    if isinstance(value, (list, tuple, np.ndarray)):
        plain = np.asarray(value).tolist() if isinstance(value, np.ndarray) else list(value)
        inner = set().union(*map(spelled, plain)) if plain else set()
        numbers = all(isinstance(v, (int, float)) for v in plain) and len(plain) > 2
        return inner | ({json.dumps(plain)} if numbers else set())
    return set()


def written_twice(constants, script):
    """Return the constants of a Python file whose name or value its JavaScript file writes out again."""
    own, values = declared(script), literals(script)
    return {name for name, value in constants.items() if name in own or spelled(value) & values}


@pytest.mark.parametrize("name", CLASSES)
def test_no_constant_is_written_twice(name):
    assert written_twice(python_constants(name), SCRIPTS[name]) == set()


def test_a_constant_that_is_written_twice_is_noticed():
    constants = {"SIZES": (1, 2, 5), "WORDS": {"a": "one word"}, "RATE": 0.5, "STEPS": 200, "DISTANCE": 2}
    script = 'const DISTANCE = 2;\nexport const STEPS = 200, RATE = 0.5;\nconst s = [1, 2, 5];\nconst t = "one word";\n'
    assert written_twice(constants, script) == set(constants)
    assert written_twice(constants, 'import { SIZES } from "./x.py";\nconst s = [1, 2, 6];\n') == set()


@pytest.mark.parametrize("name", CLASSES)
def test_what_a_figure_imports_from_python_is_used(name):
    after = SCRIPTS[name].split('.py";', 1)[1]
    assert "schema" in imported(SCRIPTS[name])
    assert {each for each in imported(SCRIPTS[name]) if not re.search(rf"\b{each}\b", after)} == set()
