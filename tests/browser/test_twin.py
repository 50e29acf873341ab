"""The JavaScript twin of the numerics gives xentedu's numbers, and both tell a state in the same words."""

import itertools

import numpy as np
import pytest

import xentedu as xe
from xentedu import explore
from xentedu.explore.machinery import bundle
from xentedu.explore.machinery.words import number


@pytest.fixture(scope="module")
def twin(browser):
    page = browser.new_page()
    page.add_script_tag(content=bundle.page_scripts()["xentedu.js"])
    yield lambda function, *arguments: page.evaluate(
        "([f, a]) => window.xentedu[f](...a)", [function, [np.asarray(a).tolist() for a in arguments]]
    )
    page.close()


RNG = np.random.default_rng(0)
VECTORS = [magnitude * RNG.standard_normal(size) for magnitude in (1, 30, 500) for size in (2, 3, 7)]
VECTORS += [np.zeros(3), np.array([1000.0, -1000.0, 1000.0])]


@pytest.mark.parametrize("logits", VECTORS, ids=lambda v: f"{np.abs(v).max():.0f}-{v.size}")
def test_twin_equals_library(twin, logits):
    rng = np.random.default_rng(1)
    soft, free = rng.dirichlet(np.ones(logits.size)), rng.uniform(size=logits.size)
    one_hot = np.eye(logits.size)[-1]
    sigmoid_value, sigmoid_grads = xe.value_and_grad(xe.nn.sigmoid_cross_entropy_with_logits)(
        labels=free, logits=logits
    )
    pairs = [
        (twin("softmax", logits), xe.nn.softmax(logits)),
        (twin("logSoftmax", logits), xe.nn.log_softmax(logits)),
        (twin("sigmoidCrossEntropy", free, logits), sigmoid_value),
        (twin("sigmoidGradient", free, logits), sigmoid_grads["logits"]),
    ]
    for labels in (soft, one_hot):
        value, grads = xe.value_and_grad(xe.nn.softmax_cross_entropy_with_logits_v2)(labels, logits)
        pairs += [
            (twin("softmaxCrossEntropy", labels, logits), value),
            (twin("softmaxGradient", labels, logits), grads["logits"]),
        ]
    for found, expected in pairs:
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("x", [0.0, -0.0001, 1.25, -1.25, 1234.5678, float("inf"), -float("inf"), float("nan")])
def test_numbers_are_written_alike(browser, twin, x):
    page = browser.new_page()
    page.add_script_tag(content=bundle.page_scripts()["xentedu.js"])
    assert page.evaluate("text => xentedu.format(Number(text), 3)", str(x).replace("inf", "Infinity")) == number(x, 3)
    page.close()


STATES = [
    explore.TwoFamilies(),
    explore.TwoFamilies(logits=[0.0, 0.0, 0.0], labels=[0, 0, 0]),
    explore.TwoFamilies(logits=[6.0, -6.0, 0.5, 0.1, -2.3], labels=[1, 1, 0, 0, 1]),
    *(
        explore.LogitShift(shift=c, precision=precision, label=label)
        for c, precision, label in itertools.product((-120, -20, 0, 14, 40, 120), ("float32", "float64"), (0, 1))
    ),
    explore.LogitShift(shift=800, precision="float64"),
    *(explore.Training(run=run, steps=steps) for run, steps in itertools.product("ABCDEF", (0, 1, 60))),
    *(explore.Training(run=run, guess=guess) for run in "AF" for guess in explore.training.MISTAKES),
    explore.Weighting(),
    explore.Weighting(weights=[0.5] * 8, shape="one"),
    explore.Weighting(weights=[2.0] + [0.0] * 7, shape="scalar"),
    explore.Weighting(weights=[0.0] * 8),
    explore.Weighting(weights=[0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.5, 4.0]),
    explore.PosWeight(),
    explore.PosWeight(repaired=True, threshold="cost"),
    explore.PosWeight(pos_weight=0.1, share=0.01, threshold="cost"),
    explore.PosWeight(pos_weight=100, share=0.5, repaired=True),
    explore.PosWeight(threshold="own", own=0.84),
    *(
        explore.SampledSoftmax(num_sampled=n, correction=correction, remove_accidental_hits=removed)
        for n, correction, removed in itertools.product((1, 64), ("none", "sampled", "both"), (True, False))
    ),
    *(explore.SampledSoftmax(correction=correction, model="rest") for correction in ("none", "sampled", "both")),
    *(explore.SampledSoftmax(sampler=sampler, correction="sampled") for sampler in ("uniform", "unigram")),
    *(
        explore.SparseLabels(batch=batch, classes=classes, precision=precision)
        for batch, classes, precision in itertools.product((1, 4096), (10, 50_000, 10_000_000), ("float16", "float64"))
    ),
    *(explore.SparseLabels(classes=10**k) for k in range(2, 7)),  # each with what was measured
    *(
        explore.LabelGradients(step=step, labels=labels, stop_gradient=stopped)
        for step, labels, stopped in itertools.product((0, 200), ("free", "guessing", "constant"), (True, False))
    ),
    *(explore.LabelGradients(step=10, rate=rate) for rate in (1, 100)),
    explore.LabelGradients(step=60, given=[*np.linspace(-4, 4, 12).round(1)]),
    *(explore.KerasClip(logit=x, label=y) for x, y in itertools.product((-30, -16.5, -16, 0, 16.5), (0, 1))),
    *(
        explore.SameLoss(loss=loss, output=output)
        for loss, output in itertools.product(
            ("torch.nn.CrossEntropyLoss", "tf.losses.log_loss"), ("wanted", "logits", "probabilities")
        )
    ),
    explore.SameLoss(loss="torch.nn.BCELoss", logits=[50, -50, 0, 20, -17, 15.5], labels=[0, 1, 1, 0, 1, 0]),
    explore.SameLoss(loss="sklearn.metrics.log_loss", logits=[50, -50, 0, 20, -17, 15.5], labels=[0, 1, 0, 1, 0, 0]),
    explore.SameLoss(logits=[0] * 6, labels=[1, 1, 0, 0, 0, 1]),
    explore.SameLoss(logits=[0] * 6, labels=[0, 0, 0, 0, 0, 1], output="logits"),
    *(
        explore.NoiseContrastive(num_sampled=k, method=method, distortion=distortion, log_z=log_z)
        for k, method, distortion, log_z in (
            (10, "nce", 1, 0),
            (1, "nce", 0, -3),
            (10000, "nce", 0.75, 0),
            (10000, "nce", 1, 3),
            (50, "negative_sampling", 0.75, 1.5),
            (10000, "negative_sampling", 1, -0.5),
            (1, "sampled_logistic", 0, 0),
            (2000, "sampled_logistic", 1, 1),
        )
    ),
]


def test_every_figure_has_states():
    missing = set(bundle.names()) - {figure.name for figure in STATES}
    assert not missing, "add states of these to STATES, above"


@pytest.fixture(scope="module")
def lab(browser):
    """Return a page where a figure is drawn as JupyterLab does it: by the widget's own module."""
    page = browser.new_page()
    page.goto("about:blank")
    yield page
    page.close()


@pytest.mark.parametrize("figure", STATES, ids=lambda figure: f"{figure.name} {figure.state()}")
def test_states_are_told_alike(lab, figure):
    script = """async ([code, state]) => {
        const url = URL.createObjectURL(new Blob([code], {type: "text/javascript"}));
        const { default: figure } = await import(url);
        URL.revokeObjectURL(url);
        const el = document.createElement("div");
        document.body.replaceChildren(el);
        figure.render({ model: { get: (name) => state[name], set() {}, on() {}, off() {}, save_changes() {} }, el });
        return el.querySelector(".xe-spoken").textContent;
    }"""
    assert lab.evaluate(script, [bundle.widget(figure.name), figure.state()]) == figure.describe()
