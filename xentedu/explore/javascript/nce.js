// The mean gradients of three losses with noise samples, against the gradient of the softmax.
import { logSoftmax, softmaxCrossEntropy, softmaxGradient, sigmoidGradient, sum } from "./numerics.js";
import { h, fill, format, show, slider, choice, spoken, scale, picture, axes, label, bind } from "./toolkit.js";

const WORDS = ["the", "of", "and", "to", "in", "Francisco", "Diego", "José", "Antonio", "Juan"];
const EVERYWHERE = [360, 200, 170, 130, 100, 16, 10, 6, 5, 3].map((n) => n / 1000);
const AFTER_SAN = [2, 5, 12, 3, 8, 700, 120, 80, 50, 20].map((n) => n / 1000);
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
const METHODS = { nce: "NCE", negative_sampling: "negative sampling", sampled_logistic: "sampled logistic" };
const DASHES = { nce: "none", negative_sampling: "9 5", sampled_logistic: "2 4" };
const NOISE = { 0: "uniform noise", 0.75: "noise by frequency to the power 0.75", 1: "noise by frequency" };
const names = Object.keys(METHODS);
const half = logSoftmax(WORDS.map((_, c) => Math.log(EVERYWHERE[c] * AFTER_SAN[c]) / 2));
const atZero = softmaxCrossEntropy(AFTER_SAN, AFTER_SAN.map(Math.log));
const dot = (a, b) => sum(a.map((v, c) => v * b[c]));
const toLength1 = (g) => { const size = Math.hypot(...g); return g.map((v) => v / size); };

function expectedCount(k, distortion) {
  const weights = EVERYWHERE.map((u) => u ** distortion), total = sum(weights);
  return weights.map((w) => (k * w) / total);
}

// The gradient by the logits x, averaged over all labels and samples: a class is true as often as it is the label, and
// noise as often as the sample is expected to hold it.
function meanGradient(method, x, counts) {
  const s = method === "negative_sampling" ? x : x.map((v, c) => v - Math.log(counts[c]));
  const noise = method === "sampled_logistic" ? counts.map((v, c) => v * (1 - AFTER_SAN[c])) : counts;
  const ones = s.map(() => 1), zeros = s.map(() => 0);
  const asTrue = sigmoidGradient(ones, s), asNoise = sigmoidGradient(zeros, s);
  return s.map((_, c) => AFTER_SAN[c] * asTrue[c] + noise[c] * asNoise[c]);
}

function atRest(method, counts) {
  const off = { nce: () => 0, negative_sampling: (c) => Math.log(counts[c]), sampled_logistic: (c) => Math.log1p(-AFTER_SAN[c]) };
  return AFTER_SAN.map((p, c) => Math.log(p) - off[method](c));
}

function compute(k, distortion, logZ) {
  const x = half.map((v) => v + logZ), counts = expectedCount(k, distortion);
  const exact = softmaxGradient(AFTER_SAN, x), unit = toLength1(exact), now = { exact };
  for (const method of names) {
    const gradient = meanGradient(method, x, counts), along = dot(gradient, unit);
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

// Whether a state, read from the address, can be shown.
export function valid({ num_sampled, method, distortion, log_z }) {
  return SIZES.includes(num_sampled) && method in METHODS && distortion in NOISE && Math.abs(log_z) <= 3;
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
  const line = (name) => all.map((now, i) => `${i ? "L" : "M"}${x(SIZES[i]).toFixed(1)} ${y(now[name].angle).toFixed(1)}`).join("");
  return [
    ...parts,
    h("svg:path", { class: "xe-axis", d: `M${x(k)} ${base}V10` }),
    ...names.map((name) => h("svg:path", { class: "xe-line-sigmoid", "stroke-dasharray": DASHES[name], d: line(name) })),
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
  const y = scale([0, WORDS.length], [6, base]), bars = toLength1(now.exact), dots = toLength1(now[method].gradient);
  return [
    ...parts,
    ...WORDS.flatMap((word, c) => [
      label(66, y(c + 0.5) + 4, word, "end"),
      h("svg:rect", { class: "xe-fill-softmax", x: x(Math.min(0, -bars[c])), width: x(Math.abs(bars[c])) - x(0), y: y(c) + 3, height: y(1) - y(0) - 6 }),
      h("svg:circle", { class: "xe-fill-sigmoid", r: 5, cx: x(-dots[c]), cy: y(c + 0.5) }),
    ]),
    h("svg:path", { class: "xe-axis", d: `M${x(0)} ${base}V6` }),
  ];
}

export function render({ model, el }) {
  const num = slider({ label: "noise samples, k", min: 0, max: SIZES.length - 1, step: 1, tell: (i) => String(SIZES[i]), onInput: (i) => bound.change("num_sampled", SIZES[i]) });
  const logZ = slider({ label: "log Z of the model", min: -3, max: 3, step: 0.5, onInput: (v) => bound.change("log_z", v) });
  const noise = choice({ label: "noise", options: [[0, "uniform"], [0.75, "frequency to the ¾"], [1, "frequency"]], onInput: (v) => bound.change("distortion", v) });
  const method = choice({ label: "show", options: Object.entries(METHODS), onInput: (v) => bound.change("method", v) });
  const angles = picture(SIZE.width, SIZE.height), pulls = picture(SIZE.width, SIZE.height);
  const head = (text, scope = "col") => h("th", { scope }, ...[text].flat());
  const cells = names.map(() => [1, 2, 3].map(() => h("td", { class: "xe-number" })));
  const sample = (name) => h("svg:svg", { viewBox: "0 0 36 8", width: 36, height: 8, "aria-hidden": "true" },
    h("svg:path", { class: "xe-line-sigmoid", "stroke-dasharray": DASHES[name], d: "M0 4H36" }));
  const table = h("table", { class: "xe-table" }, h("caption", { class: "xe-hidden" }, "The mean gradients, and where they come to rest"),
    h("thead", {}, h("tr", {}, head("loss"), head("angle"), head("size"), head("excess"))),
    h("tbody", {}, ...names.map((name, i) => h("tr", {}, head([sample(name), ` ${METHODS[name]}`], "row"), ...cells[i]))));
  const text = spoken();
  fill(el, "xe-nce", h("div", { class: "xe-controls" }, num.element, logZ.element, noise.element, method.element),
    h("div", { class: "xe-pair" }, angles, pulls), table, text.element);

  function draw() {
    const [k, chosen, distortion, z] = TRAITS.map((name) => model.get(name));
    const now = compute(k, distortion, z);
    names.forEach((name, i) => ["angle", "size", "excess"].forEach((what, j) => show(cells[i][j], now[name][what], [1, 2, 3][j])));
    angles.replaceChildren(...anglePicture(k, chosen, distortion, z));
    pulls.replaceChildren(...pullPicture(now, chosen));
    num.update(SIZES.indexOf(k));
    logZ.update(z);
    noise.update(distortion);
    method.update(chosen);
    text.update(describe(k, chosen, distortion, z, now));
  }
  const bound = bind(model, TRAITS, draw);
  return bound.stop;
}

const TRAITS = ["num_sampled", "method", "distortion", "log_z"];

// Word for word what NoiseContrastive.describe() says in Python.
function describe(k, chosen, distortion, logZ, now) {
  const rows = names.map((name) => `${METHODS[name]}: ${format(now[name].angle, 1)} degrees off, ` +
    `${format(now[name].size, 2)} times the softmax's size, excess at rest ${format(now[name].excess, 3)}`);
  return `${k} noise samples, ${NOISE[distortion]}, log Z = ${format(logZ, 1)}; ` +
    `pulls shown: ${METHODS[chosen]}. ${rows.join("; ")}.`;
}
