// Labels trained together with the model, under v1 and v2: the model goes to the labels, or the labels to the model.
import { sigmoid, sigmoidCrossEntropy, sigmoidGradient, sum } from "./machinery/numerics.js";
import {
  h,
  fill,
  tell,
  show,
  slider,
  steps,
  choice,
  checkbox,
  spoken,
  picture,
  axes,
  bind,
} from "./machinery/toolkit.js";
import {
  schema,
  CATS,
  FEATURES,
  LABELS,
  MODEL,
  OTHERS,
  RATE,
  STEPS,
  SURE,
  TOLD,
  TOLD_STOPPED,
  TOLD_VERSION,
  TOLD_WEIGHT,
  VERSIONS,
} from "./label_gradients.py";

const N = FEATURES.length,
  NAMES = ["loss", "entropy", "right", "labels", "weight"];
const WHOLE = ["right", "labels"]; // numbers of pictures
const HEADS = {
  loss: "loss",
  entropy: "label entropy",
  right: "model right",
  labels: "labels right",
  weight: "weight of careful",
};
const mean = (values) => sum(values) / N;

// A label, here and below, is its probability of cat. A person gives p to the animal that they name.
const sure = (cats, p) => cats.map((cat) => (cat ? p : 1 - p));
const careful = sure(CATS, SURE[0]);
const other = Object.fromEntries(Object.entries(OTHERS).map(([kind, cats]) => [kind, sure(cats, SURE[1])]));

// What the label-logits u stand for: a label each, or the weight of the careful person.
function labelsOf(kind, u) {
  if (kind === "free") return u.map(sigmoid);
  const m = sigmoid(u);
  return careful.map((q, i) => m * q + (1 - m) * other[kind][i]);
}

// Label-logits, weight and bias before each step and after the last. With two classes and the logits (x, 0), the two
// gradients by the labels, -log p, differ by x: through the softmax that made the labels it is -y (1 - y) x.
function train(version, kind, rate) {
  let u = kind === "free" ? CATS.map((cat) => (cat ? 1 : -1)) : 0,
    [w, b] = MODEL;
  const run = [{ u, w, b }];
  for (let step = 0; step < STEPS; step++) {
    const y = labelsOf(kind, u),
      x = FEATURES.map((f) => w * f + b),
      byX = sigmoidGradient(y, x);
    if (version === "v2" && kind === "free") u = u.map((v, i) => v + (rate * y[i] * (1 - y[i]) * x[i]) / N);
    else if (version === "v2")
      u += rate * sigmoid(u) * sigmoid(-u) * mean(x.map((v, i) => (careful[i] - other[kind][i]) * v));
    w -= RATE * mean(byX.map((g, i) => g * FEATURES[i]));
    b -= RATE * mean(byX);
    run.push({ u, w, b });
  }
  return run;
}
const trained = {};
const runOf = (version, kind, rate) => (trained[[kind, version === "v1" ? 0 : rate]] ??= train(version, kind, rate));

function numbers(kind, { u, w, b }) {
  const x = FEATURES.map((f) => w * f + b),
    y = labelsOf(kind, u);
  const right = (values, half) => values.filter((v, i) => v > half === CATS[i]).length;
  return {
    loss: mean(sigmoidCrossEntropy(y, x)), // that of the softmax over two classes
    entropy: -mean(y.map((q) => q * Math.log(q) + (1 - q) * Math.log1p(-q))),
    right: right(x, 0),
    labels: right(y, 0.5),
    weight: kind === "free" ? NaN : sigmoid(u),
  };
}

const SIZE = { width: 330, height: 240 };

// The model's curve, a ring for each label, and the gradient between them.
function plane(kind, { u, w, b }) {
  const { x, y, parts } = axes({
    ...SIZE,
    x: { range: [-3, 3], ticks: [-2, 0, 2], name: "feature" },
    y: { range: [-0.05, 1.05], ticks: [0, 0.5, 1], name: "probability of cat", say: String },
  });
  const p = (f) => y(sigmoid(w * f + b)),
    labels = labelsOf(kind, u);
  const curve = Array.from({ length: 61 }, (_, i) => -3 + i / 10).map(
    (f, i) => `${i ? "L" : "M"}${x(f).toFixed(1)} ${p(f).toFixed(1)}`,
  );
  return [
    ...parts,
    h("svg:path", { class: "xe-axis xe-dotted", d: `M${x(-3)} ${y(0.5)}H${x(3)}M${x(0)} ${y(0)}V${y(1)}` }),
    h("svg:path", { class: "xe-line-softmax", d: curve.join("") }),
    h("svg:path", { class: "xe-arrow", d: FEATURES.map((f, i) => `M${x(f)} ${p(f)}V${y(labels[i])}`).join("") }),
    ...FEATURES.map((f, i) =>
      h("svg:circle", {
        class: labels[i] > 0.5 === CATS[i] ? "xe-ring" : "xe-ring xe-fill-label",
        r: 5,
        cx: x(f),
        cy: y(labels[i]),
      }),
    ),
  ];
}

export function render({ model, el }) {
  const step = slider({
    label: "steps of training",
    of: schema.step,
    digits: 0,
    onInput: (v) => bound.change("step", v),
  });
  const kind = choice({ label: "labels", options: Object.entries(LABELS), onInput: (v) => bound.change("labels", v) });
  const rate = steps({
    label: "learning rate of the labels",
    of: schema.rate,
    onInput: (v) => bound.change("rate", v),
  });
  const stop = checkbox({
    label: "stop_gradient on the labels of v2",
    onInput: (on) => bound.change("stop_gradient", on),
  });
  const pictures = VERSIONS.map(() => picture(SIZE.width, SIZE.height));
  const cells = VERSIONS.map(() => NAMES.map(() => h("span", { class: "xe-number" })));
  const head = (text, scope) => h("th", { scope }, text);
  const table = h(
    "table",
    { class: "xe-table" },
    h("caption", { class: "xe-hidden" }, "Both runs at this step"),
    h("thead", {}, h("tr", {}, h("td"), ...VERSIONS.map((text) => head(text, "col")))),
    h(
      "tbody",
      {},
      ...NAMES.map((name, i) =>
        h(
          "tr",
          {},
          head(HEADS[name], "row"),
          ...cells.map((row) => h("td", {}, row[i], WHOLE.includes(name) ? ` of ${N}` : "")),
        ),
      ),
    ),
  );
  const weights = table.querySelector("tbody tr:last-child");
  const text = spoken();
  fill(
    el,
    "xe-label-gradients",
    h("div", { class: "xe-controls" }, kind.element, step.element, rate.element, stop.element),
    h(
      "div",
      { class: "xe-pair" },
      ...VERSIONS.map((version, k) => h("div", {}, h("strong", {}, version), pictures[k])),
    ),
    table,
    text.element,
  );

  function draw() {
    const [at, labels, labelRate, stopped] = Object.keys(schema).map((name) => model.get(name));
    const runs = VERSIONS.map((version) => runOf(stopped ? "v1" : version, labels, labelRate)[at]);
    const now = runs.map((state) => numbers(labels, state));
    now.forEach((row, k) => {
      pictures[k].replaceChildren(...plane(labels, runs[k]));
      NAMES.forEach((name, i) => show(cells[k][i], row[name], WHOLE.includes(name) ? 0 : 3));
    });
    weights.hidden = labels === "free";
    step.update(at);
    kind.update(labels);
    rate.update(labelRate);
    stop.update(stopped);
    const told = now.map((row, k) =>
      tell(TOLD_VERSION, {
        ...row,
        version: VERSIONS[k],
        n: N,
        weight: labels === "free" ? "" : tell(TOLD_WEIGHT, row),
      }),
    );
    text.update(
      tell(TOLD, {
        step: at,
        labels: LABELS[labels],
        rate: labelRate,
        stopped: stopped ? TOLD_STOPPED : "",
        v1: told[0],
        v2: told[1],
      }),
    );
  }
  const bound = bind(model, schema, draw);
  return bound.stop;
}
