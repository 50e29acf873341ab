// The mean gradients of three losses with noise samples, against the gradient of the softmax.
import { logSoftmax, softmaxCrossEntropy, softmaxGradient, sigmoidGradient, sum } from "./machinery/numerics.js";
import {
  h,
  fill,
  tell,
  show,
  slider,
  steps,
  choice,
  spoken,
  scale,
  picture,
  axes,
  label,
  bind,
} from "./machinery/toolkit.js";
import { schema, AFTER_SAN, EVERYWHERE, METHODS, NOISE, SIZES, TOLD, TOLD_ROW, WORDS } from "./nce.py";

const DASHES = { nce: "none", negative_sampling: "9 5", sampled_logistic: "2 4" };
const names = Object.keys(METHODS);
const half = logSoftmax(WORDS.map((_, c) => Math.log(EVERYWHERE[c] * AFTER_SAN[c]) / 2));
const atZero = softmaxCrossEntropy(AFTER_SAN, AFTER_SAN.map(Math.log));
const dot = (a, b) => sum(a.map((v, c) => v * b[c]));
const toLength1 = (g) => {
  const size = Math.hypot(...g);
  return g.map((v) => v / size);
};

function expectedCount(k, distortion) {
  const weights = EVERYWHERE.map((u) => u ** distortion),
    total = sum(weights);
  return weights.map((w) => (k * w) / total);
}

// The gradient by the logits x, averaged over all labels and samples: a class is true as often as it is the label, and
// noise as often as the sample is expected to hold it.
function meanGradient(method, x, counts) {
  const s = method === "negative_sampling" ? x : x.map((v, c) => v - Math.log(counts[c]));
  const noise = method === "sampled_logistic" ? counts.map((v, c) => v * (1 - AFTER_SAN[c])) : counts;
  const ones = s.map(() => 1),
    zeros = s.map(() => 0);
  const asTrue = sigmoidGradient(ones, s),
    asNoise = sigmoidGradient(zeros, s);
  return s.map((_, c) => AFTER_SAN[c] * asTrue[c] + noise[c] * asNoise[c]);
}

function atRest(method, counts) {
  const off = {
    nce: () => 0,
    negative_sampling: (c) => Math.log(counts[c]),
    sampled_logistic: (c) => Math.log1p(-AFTER_SAN[c]),
  };
  return AFTER_SAN.map((p, c) => Math.log(p) - off[method](c));
}

function compute(k, distortion, logZ) {
  const x = half.map((v) => v + logZ),
    counts = expectedCount(k, distortion);
  const exact = softmaxGradient(AFTER_SAN, x),
    unit = toLength1(exact),
    now = { exact };
  for (const method of names) {
    const gradient = meanGradient(method, x, counts),
      along = dot(gradient, unit);
    const across = Math.hypot(...gradient.map((v, c) => v - along * unit[c]));
    now[method] = {
      gradient,
      angle: (Math.atan2(across, along) * 180) / Math.PI,
      size: Math.hypot(...gradient) / Math.hypot(...exact),
      excess: softmaxCrossEntropy(AFTER_SAN, atRest(method, counts)) - atZero,
    };
  }
  return now;
}

const SIZE = { width: 330, height: 250, bottom: 42 };

// Degrees off over k: a line for each method, the chosen one with a ring.
function anglePicture(k, method, distortion, logZ) {
  const { x, y, base, parts } = axes({
    ...SIZE,
    left: 52,
    right: 20,
    x: { range: [1, 10000], ticks: [1, 10, 100, 1000, 10000], log: true, name: "noise samples, k" },
    y: { range: [0, 120], ticks: [0, 30, 60, 90, 120], name: "degrees off the softmax" },
  });
  const all = SIZES.map((n) => compute(n, distortion, logZ));
  const line = (name) =>
    all.map((now, i) => `${i ? "L" : "M"}${x(SIZES[i]).toFixed(1)} ${y(now[name].angle).toFixed(1)}`).join("");
  return [
    ...parts,
    h("svg:path", { class: "xe-axis", d: `M${x(k)} ${base}V10` }),
    ...names.map((name) =>
      h("svg:path", { class: "xe-line-sigmoid", "stroke-dasharray": DASHES[name], d: line(name) }),
    ),
    h("svg:circle", { class: "xe-ring", r: 6, cx: x(k), cy: y(all[SIZES.indexOf(k)][method].angle) }),
  ];
}

// The pull on each logit, minus the gradient: bars for the softmax, dots for the method, both of length 1.
function pullPicture(now, method) {
  const { x, base, parts } = axes({
    ...SIZE,
    left: 72,
    x: { range: [-1.05, 1.05], ticks: [-1, 0, 1], name: `pull: bars softmax, dots ${METHODS[method]}` },
  });
  const y = scale([0, WORDS.length], [6, base]),
    bars = toLength1(now.exact),
    dots = toLength1(now[method].gradient);
  return [
    ...parts,
    ...WORDS.flatMap((word, c) => [
      label(66, y(c + 0.5) + 4, word, "end"),
      h("svg:rect", {
        class: "xe-fill-softmax",
        x: x(Math.min(0, -bars[c])),
        width: x(Math.abs(bars[c])) - x(0),
        y: y(c) + 3,
        height: y(1) - y(0) - 6,
      }),
      h("svg:circle", { class: "xe-fill-sigmoid", r: 5, cx: x(-dots[c]), cy: y(c + 0.5) }),
    ]),
    h("svg:path", { class: "xe-axis", d: `M${x(0)} ${base}V6` }),
  ];
}

export function render({ model, el }) {
  const num = steps({
    label: "noise samples, k",
    of: schema.num_sampled,
    onInput: (v) => bound.change("num_sampled", v),
  });
  const logZ = slider({ label: "log Z of the model", of: schema.log_z, onInput: (v) => bound.change("log_z", v) });
  const noise = choice({
    label: "noise",
    options: [
      [0, "uniform"],
      [0.75, "frequency to the ¾"],
      [1, "frequency"],
    ],
    onInput: (v) => bound.change("distortion", v),
  });
  const method = choice({ label: "show", options: Object.entries(METHODS), onInput: (v) => bound.change("method", v) });
  const angles = picture(SIZE.width, SIZE.height),
    pulls = picture(SIZE.width, SIZE.height);
  const head = (text, scope = "col") => h("th", { scope }, ...[text].flat());
  const cells = names.map(() => [1, 2, 3].map(() => h("td", { class: "xe-number" })));
  const sample = (name) =>
    h(
      "svg:svg",
      { viewBox: "0 0 36 8", width: 36, height: 8, "aria-hidden": "true" },
      h("svg:path", { class: "xe-line-sigmoid", "stroke-dasharray": DASHES[name], d: "M0 4H36" }),
    );
  const table = h(
    "table",
    { class: "xe-table" },
    h("caption", { class: "xe-hidden" }, "The mean gradients, and where they come to rest"),
    h("thead", {}, h("tr", {}, head("loss"), head("angle"), head("size"), head("excess"))),
    h(
      "tbody",
      {},
      ...names.map((name, i) => h("tr", {}, head([sample(name), ` ${METHODS[name]}`], "row"), ...cells[i])),
    ),
  );
  const text = spoken();
  fill(
    el,
    "xe-nce",
    h("div", { class: "xe-controls" }, num.element, logZ.element, noise.element, method.element),
    h("div", { class: "xe-pair" }, angles, pulls),
    table,
    text.element,
  );

  function draw() {
    const [k, chosen, distortion, z] = Object.keys(schema).map((name) => model.get(name));
    const now = compute(k, distortion, z);
    names.forEach((name, i) =>
      ["angle", "size", "excess"].forEach((what, j) => show(cells[i][j], now[name][what], [1, 2, 3][j])),
    );
    angles.replaceChildren(...anglePicture(k, chosen, distortion, z));
    pulls.replaceChildren(...pullPicture(now, chosen));
    num.update(k);
    logZ.update(z);
    noise.update(distortion);
    method.update(chosen);
    const rows = names.map((name) => tell(TOLD_ROW, { ...now[name], method: METHODS[name] })).join("; ");
    text.update(tell(TOLD, { k, noise: NOISE[distortion], log_z: z, method: METHODS[chosen], rows }));
  }
  const bound = bind(model, schema, draw);
  return bound.stop;
}
