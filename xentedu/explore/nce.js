// The mean gradients of three losses with noise samples, against the gradient of the softmax.
import { logSoftmax, softmaxCrossEntropy, softmaxGradient, sigmoidGradient, sum, dot } from "./machinery/numerics.js";
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
  held,
  bind,
  COLUMN,
  through,
  knob,
  nearestOption,
} from "./machinery/toolkit.js";
import { schema, AFTER_SAN, EVERYWHERE, EXCESS, METHODS, NOISE, SIZES, TOLD, TOLD_ROW, WORDS } from "./nce.py";

const DASHES = { nce: "none", negative_sampling: "9 5", sampled_logistic: "2 4" };
const names = Object.keys(METHODS);
const half = logSoftmax(WORDS.map((_, c) => Math.log(EVERYWHERE[c] * AFTER_SAN[c]) / 2));
const atZero = softmaxCrossEntropy(AFTER_SAN, AFTER_SAN.map(Math.log));
const toLength1 = (g) => {
  const size = Math.hypot(...g);
  return g.map((v) => v / size);
};

function expectedCount(k, distortion) {
  const weights = EVERYWHERE.map((u) => u ** distortion),
    total = sum(weights);
  return weights.map((w) => (k * w) / total);
}

// The gradient with respect to the logits x, averaged over all labels and samples: a class is true as often as it is
// the label, and noise as often as the sample is expected to hold it.
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

const NARROW = COLUMN < 500,
  SIZE = { width: COLUMN, height: 236, left: 52, right: NARROW ? 136 : 150, bottom: 42 };
const PULLS = { ...SIZE, height: 206 };
const ANGLES = axes({
  ...SIZE,
  x: { range: [1, 10000], ticks: [1, 10, 100, 1000, 10000], log: true, name: "noise samples, n: drag the line" },
  y: { range: [0, 120], ticks: [0, 30, 60, 90, 120], name: "degrees off" },
});

// Degrees off over k, as far as the reader has been: a line for each method, its name where it ends.
function anglePicture({ num_sampled: k, method, distortion, log_z: logZ }, visited, before) {
  const { x, y, base, parts } = ANGLES,
    at = SIZES.filter((n) => visited.has(n)),
    last = at.at(-1);
  const all = at.map((n) => compute(n, distortion, logZ));
  const line = (name) => through(all.map((now, i) => [x(at[i]), y(now[name].angle)]));
  // The names keep a line's height apart.
  const ends = names.map((name) => ({ name, y: y(all.at(-1)[name].angle) })).sort((a, b) => a.y - b.y);
  ends.forEach((end, i) => {
    if (i) end.y = Math.max(end.y, ends[i - 1].y + 15);
  });
  const below = Math.max(0, ends.at(-1).y - base + 10);
  ends.forEach((end, i) => {
    if (i === ends.length - 1 || ends[i + 1].y - end.y < 15 + below) end.y -= below;
  });
  const chosen = y(all[at.indexOf(k)][method].angle);
  return [
    ...parts,
    before && before.num_sampled !== k
      ? h("svg:path", { class: "xe-cursor xe-ghost", d: `M${x(before.num_sampled)} ${base}V10` })
      : "",
    h("svg:path", { class: "xe-cursor", d: `M${x(k)} ${base}V10` }),
    ...names.flatMap((name) => [
      h("svg:path", { class: "xe-line-sigmoid", "stroke-dasharray": DASHES[name], d: line(name) }),
      ...all.map((now, i) => h("svg:circle", { class: "xe-fill-sigmoid", r: 3, cx: x(at[i]), cy: y(now[name].angle) })),
    ]),
    ...ends.map(({ name, y: top }) => {
      const told = label(x(last) + 14, top + 4, METHODS[name]);
      if (name === method) told.classList.add("xe-strong");
      return told;
    }),
    h("svg:circle", { class: "xe-ring", r: 7, cx: x(k), cy: chosen }),
    ...knob(x(k), base),
  ];
}

// The pull on each logit, minus the gradient: bars for the softmax, dots for the method, both of length 1.
function pullPicture(now, method, before) {
  const { x, base, parts } = axes({
    ...PULLS,
    left: 78,
    right: 12,
    x: { range: [-1.05, 1.05], ticks: [-1, 0, 1], name: `pull on each logit: bars softmax, dots ${METHODS[method]}` },
  });
  const y = scale([0, WORDS.length], [6, base]),
    bars = toLength1(now.exact),
    dots = toLength1(now[method].gradient);
  const ghosts = before ? toLength1(before[method].gradient) : [];
  return [
    ...parts,
    ...WORDS.flatMap((word, c) => [
      label(72, y(c + 0.5) + 4, word, "end"),
      h("svg:rect", {
        class: "xe-fill-softmax",
        x: x(Math.min(0, -bars[c])),
        width: x(Math.abs(bars[c])) - x(0),
        y: y(c) + 3,
        height: y(1) - y(0) - 6,
      }),
      before ? h("svg:circle", { class: "xe-mark xe-ghost", r: 5, cx: x(-ghosts[c]), cy: y(c + 0.5) }) : "",
      h("svg:circle", { class: "xe-fill-sigmoid", r: 5, cx: x(-dots[c]), cy: y(c + 0.5) }),
    ]),
    h("svg:path", { class: "xe-axis", d: `M${x(0)} ${base}V6` }),
  ];
}

export function render({ model, el }) {
  const num = steps({
    label: "noise samples, n",
    of: schema.num_sampled,
    onInput: (v) => bound.change("num_sampled", v),
  });
  const logZ = slider({ label: "log Z of the model", of: schema.log_z, onInput: (v) => bound.change("log_z", v) });
  const noise = choice({
    label: "noise",
    onInput: (v) => bound.change("distortion", v),
    options: [
      [0, "uniform"],
      [0.75, "frequency to the ¾"],
      [1, "frequency"],
    ],
  });
  const method = choice({ label: "show", options: Object.entries(METHODS), onInput: (v) => bound.change("method", v) });
  const angles = picture(SIZE.width, SIZE.height),
    pulls = picture(PULLS.width, PULLS.height);
  const head = (text, scope = "col") => h("th", { scope }, ...[text].flat());
  const cells = names.map(() => [1, 2, 3].map(() => h("td", { class: "xe-number" })));
  const sample = (name) =>
    h(
      "svg:svg",
      { viewBox: "0 0 36 8", width: 36, height: 8, "aria-hidden": "true" },
      h("svg:path", { class: "xe-line-sigmoid", "stroke-dasharray": DASHES[name], d: "M0 4H36" }),
    );
  const heads = ["at this n", "degrees off", "size", "excess"].map((text) => head(text));
  const table = h(
    "table",
    { class: "xe-table" },
    h("caption", { class: "xe-hidden" }, "The mean gradients, and where they come to rest"),
    h("thead", {}, h("tr", {}, ...heads)),
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
    angles,
    h("div", { class: "xe-controls" }, num.element, logZ.element, noise.element, method.element),
    pulls,
    table,
    h("p", { class: "xe-quiet" }, EXCESS),
    text.element,
  );

  // How far the reader has been, with this noise and this model: what is to come is not drawn.
  let visited = new Set(),
    under = "";
  function draw(state, before) {
    const { num_sampled: k, method: chosen, distortion, log_z: z } = state,
      now = compute(k, distortion, z);
    const key = JSON.stringify([distortion, z]),
      comparable = before && key === JSON.stringify([before.distortion, before.log_z]);
    if (under !== key) [visited, under] = [new Set(), key];
    const reached = SIZES.filter((n) => visited.has(n));
    for (const n of SIZES) if (reached.some((old) => (n - old) * (n - k) <= 0) || n === k) visited.add(n);
    names.forEach((name, i) =>
      ["angle", "size", "excess"].forEach((what, j) => show(cells[i][j], now[name][what], [1, 2, 3][j])),
    );
    angles.replaceChildren(...anglePicture(state, visited, before));
    pulls.replaceChildren(
      ...pullPicture(
        now,
        chosen,
        comparable && before.num_sampled !== k ? compute(before.num_sampled, distortion, z) : null,
      ),
    );
    num.update(k);
    logZ.update(z);
    noise.update(distortion);
    method.update(chosen);
    const rows = names.map((name) => tell(TOLD_ROW, { ...now[name], method: METHODS[name] })).join("; ");
    text.update(tell(TOLD, { k, noise: NOISE[distortion], log_z: z, method: METHODS[chosen], rows }));
  }
  const bound = bind(model, schema, draw);
  held(angles, {
    grasp: () => num.input,
    move: (at) => bound.change("num_sampled", nearestOption(SIZES, ANGLES.x, at)),
  });
  return bound.stop;
}
