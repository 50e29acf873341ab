// Labels trained together with the model, under v1 and v2: the model goes to the labels, or the labels to the model.
import { softmax, logSoftmax, softmaxCrossEntropy, softmaxGradient, sum } from "./numerics.js";
import { h, fill, format, show, slider, checkbox, spoken, picture, axes, bind } from "./toolkit.js";

const FEATURES = Array.from({ length: 12 }, (_, i) => -2.75 + i / 2), N = FEATURES.length;
const CATS = FEATURES.map((f) => f > 0);
const STEPS = 200, RATE = 0.5, RATES = [1, 2, 5, 10, 20, 50, 100];
const VERSIONS = ["v1", "v2"], NAMES = ["loss", "entropy", "right", "labels"];
const TOLD = { loss: "loss", entropy: "label entropy", right: "model right", labels: "labels right" };
const mean = (values) => sum(values) / N;

// Label-logits, weight and bias before each step and after the last.
function train(version, rate) {
  let z = CATS.map((cat) => (cat ? 1 : -1)), w = 1, b = -2;
  const run = [{ z, w, b }];
  for (let step = 0; step < STEPS; step++) {
    const y = z.map((v) => softmax([v, 0])), x = FEATURES.map((f) => [w * f + b, 0]);
    const byX = x.map((v, i) => softmaxGradient(y[i], v)[0]);
    if (version === "v2") {
      z = z.map((v, i) => {
        const byY = logSoftmax(x[i]).map((l) => -l); // and on through the softmax that made the label
        return v - (rate * y[i][0] * (byY[0] - sum(y[i].map((q, k) => q * byY[k])))) / N;
      });
    }
    w -= RATE * mean(byX.map((g, i) => g * FEATURES[i]));
    b -= RATE * mean(byX);
    run.push({ z, w, b });
  }
  return run;
}
const trained = {};
const runOf = (version, rate) => (trained[version === "v1" ? version : rate] ??= train(version, rate));

function numbers({ z, w, b }) {
  const x = FEATURES.map((f) => w * f + b), y = z.map((v) => softmax([v, 0]));
  const right = (logits) => logits.filter((v, i) => v > 0 === CATS[i]).length;
  return {
    loss: mean(x.map((v, i) => softmaxCrossEntropy(y[i], [v, 0]))),
    entropy: mean(z.map((v, i) => softmaxCrossEntropy(y[i], [v, 0]))),
    right: right(x),
    labels: right(z),
  };
}

// Whether a state, read from the address, can be shown.
export function valid({ step, rate, stop_gradient }) {
  return Number.isInteger(step) && step >= 0 && step <= STEPS && RATES.includes(rate) && typeof stop_gradient === "boolean";
}

const SIZE = { width: 330, height: 240 };

// The model's curve, a ring for each label, and the gradient between them.
function plane({ z, w, b }) {
  const { x, y, parts } = axes({
    ...SIZE,
    x: { range: [-3, 3], ticks: [-2, 0, 2], name: "feature" },
    y: { range: [-0.05, 1.05], ticks: [0, 0.5, 1], name: "probability of cat", tell: String },
  });
  const p = (f) => y(softmax([w * f + b, 0])[0]);
  const curve = Array.from({ length: 61 }, (_, i) => -3 + i / 10).map((f, i) => `${i ? "L" : "M"}${x(f).toFixed(1)} ${p(f).toFixed(1)}`);
  return [
    ...parts,
    h("svg:path", { class: "xe-axis xe-dotted", d: `M${x(-3)} ${y(0.5)}H${x(3)}M${x(0)} ${y(0)}V${y(1)}` }),
    h("svg:path", { class: "xe-line-softmax", d: curve.join("") }),
    h("svg:path", { class: "xe-arrow", d: FEATURES.map((f, i) => `M${x(f)} ${p(f)}V${y(softmax([z[i], 0])[0])}`).join("") }),
    ...FEATURES.map((f, i) => h("svg:circle", {
      class: z[i] > 0 === CATS[i] ? "xe-ring" : "xe-ring xe-fill-label", r: 5, cx: x(f), cy: y(softmax([z[i], 0])[0]),
    })),
  ];
}

export function render({ model, el }) {
  const step = slider({ label: "steps of training", min: 0, max: STEPS, step: 1, digits: 0, onInput: (v) => bound.change("step", v) });
  const rate = slider({ label: "learning rate of the labels", min: 0, max: RATES.length - 1, step: 1, tell: (i) => String(RATES[i]), onInput: (i) => bound.change("rate", RATES[i]) });
  const stop = checkbox({ label: "stop_gradient on the labels of v2", onInput: (on) => bound.change("stop_gradient", on) });
  const pictures = VERSIONS.map(() => picture(SIZE.width, SIZE.height));
  const cells = VERSIONS.map(() => NAMES.map(() => h("span", { class: "xe-number" })));
  const head = (text, scope) => h("th", { scope }, text);
  const table = h("table", { class: "xe-table" }, h("caption", { class: "xe-hidden" }, "Both runs at this step"),
    h("thead", {}, h("tr", {}, ...["", ...VERSIONS].map((text) => head(text, "col")))),
    h("tbody", {}, ...NAMES.map((name, i) => h("tr", {}, head(TOLD[name], "row"),
      ...cells.map((row) => h("td", {}, row[i], i < 2 ? "" : ` of ${N}`))))));
  const text = spoken();
  fill(el, "xe-label-gradients",
    h("div", { class: "xe-controls" }, step.element, rate.element, stop.element),
    h("div", { class: "xe-pair" }, ...VERSIONS.map((version, k) => h("div", {}, h("strong", {}, version), pictures[k]))),
    table, text.element);

  function draw() {
    const [at, labelRate, stopped] = ["step", "rate", "stop_gradient"].map((name) => model.get(name));
    const runs = VERSIONS.map((version) => runOf(stopped ? "v1" : version, labelRate)[at]);
    const now = runs.map(numbers);
    now.forEach((row, k) => {
      pictures[k].replaceChildren(...plane(runs[k]));
      NAMES.forEach((name, i) => show(cells[k][i], row[name], i < 2 ? 3 : 0));
    });
    step.update(at);
    rate.update(RATES.indexOf(labelRate));
    stop.update(stopped);
    text.update(describe(at, labelRate, stopped, now));
  }
  const bound = bind(model, ["step", "rate", "stop_gradient"], draw);
  return bound.stop;
}

// Word for word what LabelGradients.describe() says in Python.
function describe(at, rate, stopped, now) {
  const rows = now.map((row, k) => `${VERSIONS[k]}: loss ${format(row.loss)}, entropy of the labels ${format(row.entropy)}, ` +
    `model right ${row.right} of ${N}, labels right ${row.labels} of ${N}.`);
  return `Step ${at}, learning rate of the labels ${rate}${stopped ? ", stop_gradient on the labels of v2" : ""}. ${rows.join(" ")}`;
}
