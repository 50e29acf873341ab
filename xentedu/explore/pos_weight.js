// What pos_weight does to a logistic model with one feature, at its optimum.
import { sigmoid, sigmoidCrossEntropy, sum } from "./machinery/numerics.js";
import {
  h,
  fill,
  format,
  tell,
  show,
  steps,
  choice,
  checkbox,
  spoken,
  picture,
  axes,
  COLUMN,
  bind,
} from "./machinery/toolkit.js";
import { schema, DISTANCE, GRID, REACH, REPAIRED, THRESHOLDS, TOLD } from "./pos_weight.py";

const features = Array.from({ length: GRID[2] }, (_, i) => GRID[0] + GRID[1] * (i + 0.5));
const W = COLUMN,
  H = 250;

function compute(q, share, repaired, threshold) {
  const truth = features.map((z) => DISTANCE * z - DISTANCE ** 2 / 2 + Math.log(share / (1 - share)));
  const logits = truth.map((v) => v + (repaired ? 0 : Math.log(q)));
  const frequency = truth.map(sigmoid),
    p = logits.map(sigmoid);
  const density = features.map(
    (z) => (1 - share) * Math.exp(-(z ** 2) / 2) + share * Math.exp(-((z - DISTANCE) ** 2) / 2),
  );
  const all = sum(density),
    mass = density.map((v) => v / all);
  const positives = mass.map((m, i) => m * frequency[i]),
    negatives = mass.map((m, i) => m * (1 - frequency[i]));
  const limit = threshold === "half" ? 0 : -Math.log(q); // as a logit
  const fromThere = (values) => sum(values.filter((_, i) => logits[i] >= limit));
  const loss = sigmoidCrossEntropy(frequency, logits);
  return {
    frequency,
    p,
    positives,
    negatives,
    numbers: {
      boundary: features[0] + (limit - logits[0]) / DISTANCE,
      there: sigmoid(limit + truth[0] - logits[0]), // model and truth differ by a constant
      recall: fromThere(positives) / sum(positives),
      precision: fromThere(positives) / fromThere(mass),
      predicted: sum(mass.map((m, i) => m * p[i])),
      share: sum(positives),
      loss: sum(mass.map((m, i) => m * loss[i])),
    },
  };
}

export function render({ model, el }) {
  const weight = steps({
    label: "pos_weight, q",
    of: schema.pos_weight,
    onInput: (v) => bound.change("pos_weight", v),
  });
  const share = steps({
    label: "positives",
    of: schema.share,
    say: (v) => `${format(100 * v, 0)}%`,
    onInput: (v) => bound.change("share", v),
  });
  const repaired = checkbox({ label: "take log q off the logits", onInput: (on) => bound.change("repaired", on) });
  const threshold = choice({
    label: "say yes from",
    options: [
      ["half", "p = 1/2"],
      ["cost", "p = 1/(1 + q)"],
    ],
    onInput: (v) => bound.change("threshold", v),
  });
  const drawing = picture(W, H),
    cells = {};
  const row = (title, ...names) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, title),
      ...names.map((name) => (cells[name] = h("td", { class: "xe-number" }))),
    );
  const table = h(
    "div",
    { class: "xe-pair" },
    h(
      "table",
      { class: "xe-table" },
      h(
        "tbody",
        {},
        row("yes from feature", "boundary"),
        row("share of positives there", "there"),
        row("recall", "recall"),
        row("precision", "precision"),
      ),
    ),
    h(
      "table",
      { class: "xe-table" },
      h(
        "tbody",
        {},
        row("mean of p, over all", "predicted"),
        row("share of positives", "share"),
        row("loss, unweighted", "loss"),
      ),
    ),
  );
  const text = spoken();
  const key = h(
    "p",
    { class: "xe-note" },
    h("span", { class: "xe-sigmoid" }, "━ predicted p "),
    h("span", { class: "xe-label" }, "╍ share of positives there "),
    h("span", { class: "xe-label" }, "▒ positives "),
    "▒ negatives",
  );
  fill(
    el,
    "xe-pos-weight",
    h("div", { class: "xe-controls" }, weight.element, share.element, repaired.element, threshold.element),
    drawing,
    key,
    table,
    text.element,
  );

  const frame = axes({
    width: W,
    height: H,
    x: { range: REACH, ticks: [-4, -2, 0, 2, 4, 6], name: "feature" },
    y: { range: [0, 1], ticks: [0, 0.5, 1], name: "probability", say: (v) => format(v, 1) },
  });
  const line = (values) =>
    features
      .flatMap((z, i) =>
        z < REACH[0] || z > REACH[1] || i % 4 ? [] : [`${frame.x(z).toFixed(1)} ${frame.y(values[i]).toFixed(1)}`],
      )
      .join("L");
  function draw() {
    const q = model.get("pos_weight"),
      pi = model.get("share"),
      off = model.get("repaired"),
      limit = model.get("threshold");
    const now = compute(q, pi, off, limit),
      top = Math.max(...now.negatives);
    const area = (name, values) =>
      h("svg:path", {
        class: name,
        d: `M${frame.x(REACH[0])} ${frame.base}L${line(values.map((v) => v / top))}V${frame.base}Z`,
      });
    const at = frame.x(now.numbers.boundary);
    drawing.replaceChildren(
      area("xe-area-logit", now.negatives),
      area("xe-area-label", now.positives),
      ...frame.parts,
      h("svg:path", { class: "xe-line-label xe-dashed", d: `M${line(now.frequency)}` }),
      h("svg:path", { class: "xe-line-sigmoid", d: `M${line(now.p)}` }),
      h("svg:path", { class: "xe-cursor", d: `M${at} 10V${frame.base}` }),
    );
    weight.update(q);
    share.update(pi);
    repaired.update(off);
    threshold.update(limit);
    for (const [name, element] of Object.entries(cells)) show(element, now.numbers[name]);
    text.update(
      tell(TOLD, { ...now.numbers, q, percent: 100 * pi, repaired: REPAIRED[off], threshold: THRESHOLDS[limit] }),
    );
  }
  const bound = bind(model, schema, draw);
  return bound.stop;
}
