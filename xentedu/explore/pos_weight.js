// What pos_weight does to a logistic model with one feature, at its optimum, and what its mistakes cost.
import { normalTail, sigmoid, sum } from "./machinery/numerics.js";
import {
  h,
  set,
  fill,
  format,
  tell,
  slider,
  steps,
  choice,
  checkbox,
  spoken,
  picture,
  axes,
  label,
  held,
  nearest,
  scale,
  COLUMN,
  bind,
  numbered,
  through,
  knob,
} from "./machinery/toolkit.js";
import { schema, DISTANCE, GRID, REACH, REPAIRED, THRESHOLDS, TOLD } from "./pos_weight.py";

const features = Array.from({ length: GRID[2] }, (_, i) => GRID[0] + GRID[1] * (i + 0.5));
const W = COLUMN,
  NARROW = W < 500,
  HEIGHTS = [180, 84, 136],
  TOPS = [0, 180, 264];
const logit = (p) => Math.log(p / (1 - p));

function compute({ pos_weight: q, share, repaired, threshold, own }) {
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
  const limit = { half: 0, cost: -Math.log(q), own: logit(own) }[threshold]; // as a logit
  const boundary = features[0] + (limit - logits[0]) / DISTANCE;
  // How many are above a value of the feature, of one in all: two normal tails; and the cost of saying yes from there.
  const alarms = (z) => (1 - share) * normalTail(z),
    found = (z) => share * normalTail(z - DISTANCE);
  const costOf = (z) => q * (share - found(z)) + alarms(z);
  const cheapest = features[0] - (Math.log(q) + truth[0]) / DISTANCE; // there, the true odds times q are even
  const against = frequency.map(
    (y, i) => Math.max(logits[i], 0) - logits[i] * y + Math.log1p(Math.exp(-Math.abs(logits[i]))),
  );
  return {
    frequency,
    p,
    logits,
    positives,
    negatives,
    cheapest,
    costs: features.map(costOf),
    numbers: {
      boundary,
      there: sigmoid(limit + truth[0] - logits[0]), // model and truth differ by a constant
      recall: found(boundary) / share,
      precision: found(boundary) / (found(boundary) + alarms(boundary)),
      predicted: sum(mass.map((m, i) => m * p[i])),
      share,
      loss: sum(mass.map((m, i) => m * against[i])),
      cost: costOf(boundary),
      lowest: costOf(cheapest),
    },
  };
}

const frame = axes({
  width: W,
  height: HEIGHTS[0],
  left: 52,
  right: 12,
  top: 14,
  bottom: 20,
  x: { range: REACH, ticks: [], name: "" },
  y: { range: [0, 1], ticks: [0, 0.5, 1], name: "probability", say: (v) => format(v, 1) },
});
const examples = axes({
  width: W,
  height: HEIGHTS[1],
  left: 52,
  right: 12,
  top: 4,
  bottom: 14,
  x: { range: REACH, ticks: [], name: "" },
});
const cost = axes({
  width: W,
  height: HEIGHTS[2],
  left: 52,
  right: 12,
  top: 10,
  bottom: 38,
  x: { range: REACH, ticks: [-4, -2, 0, 2, 4, 6], name: "feature: drag the line" },
  y: { range: [0, 1], ticks: [0], name: "expected cost" },
});
const shown = features.map((z, i) => [z, i]).filter(([z, i]) => z >= REACH[0] && z <= REACH[1] && i % 4 === 0);
const path = (y) => through(shown.map(([z, i]) => [frame.x(z), y(i)]));
const written = (x, y, name, anchor, ...parts) =>
  h("svg:text", { x, y, "text-anchor": anchor, class: `xe-strong ${name}` }, ...parts);

// The probability that the model gives and the share that is positive, with the means of both at the edge.
function probabilities(now, before, at, side) {
  const { numbers: n } = now,
    here = frame.y(n.there);
  const mean = (v, name, text, dy) => [
    h("svg:path", { class: name, d: `M${frame.x(REACH[0])} ${frame.y(v)}l12 -5v10z` }),
    written(frame.x(REACH[0]) + 16, frame.y(v) + dy, name, "start", text, numbered(v)),
  ];
  const apart = Math.abs(frame.y(n.predicted) - frame.y(n.share)) < 16;
  return [
    h("svg:path", { class: "xe-line-sigmoid", d: path((i) => frame.y(now.p[i])) }),
    before ? h("svg:path", { class: "xe-line-sigmoid xe-ghost", d: path((i) => frame.y(before.p[i])) }) : "",
    ...(NARROW ? [] : [written(frame.x(REACH[1]) - 4, frame.y(1) + 16, "xe-fill-sigmoid", "end", "predicted p")]),
    h(
      "svg:g",
      { class: "xe-answer" },
      h("svg:path", { class: "xe-line-label xe-dashed", d: path((i) => frame.y(now.frequency[i])) }),
      NARROW
        ? written(frame.x(REACH[1]) - 4, frame.y(0.32), "xe-fill-label", "end", "- - true share")
        : written(frame.x(REACH[1]) - 4, frame.y(0) - 8, "xe-fill-label", "end", "- - share that is positive"),
      h("svg:circle", { class: "xe-ring", cx: at, cy: here, r: 6 }),
      written(
        at + side * 12,
        here < 46 ? here + 24 : here - 12,
        "xe-fill-label xe-big",
        side > 0 ? "start" : "end",
        numbered(n.there),
        NARROW ? " positive" : " positive here",
      ),
    ),
    ...mean(n.predicted, "xe-fill-sigmoid", "mean p ", apart ? -10 : 5),
    ...mean(n.share, "xe-fill-label", "share ", apart ? 4 : 5),
  ];
}

// How many examples there are, on an axis of their own: those to which the model says yes are darker.
function crowd(now, at) {
  const { numbers: n, negatives, positives } = now,
    top = Math.max(...negatives, ...positives);
  const y = scale([0, top], [examples.base, 6]),
    inside = Math.min(Math.max(at, examples.x(REACH[0])), examples.x(REACH[1]));
  const area = (values, name, from) => {
    const part = shown.filter(([z]) => frame.x(z) >= from);
    if (!part.length) return "";
    const edge = part.map(([z, i]) => [frame.x(z), y(values[i])]);
    const line = through([[edge[0][0], examples.base], ...edge]);
    return h("svg:path", { class: name, d: `${line}V${examples.base}Z` });
  };
  return [
    area(negatives, "xe-area-logit", 0),
    area(positives, "xe-area-label", 0),
    area(negatives, "xe-area-logit", inside),
    area(positives, "xe-area-label", inside),
    ...examples.parts,
    h(
      "svg:g",
      { class: "xe-answer" },
      written(W - 14, 18, "", "end", "recall ", numbered(n.recall)),
      written(W - 14, 36, "", "end", "precision ", numbered(n.precision)),
    ),
    label(examples.x(NARROW ? -0.6 : 0), examples.base - 6, "negatives", "middle"),
    label(examples.x(NARROW ? 2.6 : 2), examples.base - 6, "positives", "middle"),
  ];
}

function costCurve(now, at, side) {
  const { numbers: n, costs } = now;
  const top = 1.35 * Math.max(costs[0], costs[450], n.cost),
    y = scale([0, top], [cost.base, 10]);
  const inside = (v) => Math.min(Math.max(v, frame.x(REACH[0])), frame.x(REACH[1]));
  const low = inside(frame.x(now.cheapest)),
    right = low < W / 2;
  return [
    ...cost.parts,
    h("svg:path", { class: "xe-line-gradient", d: path((i) => Math.max(8, y(costs[i]))) }),
    h("svg:path", { class: "xe-fill-gradient", d: `M${low} ${y(n.lowest) + 3}l-6 11h12z` }),
    h("svg:circle", { class: "xe-mark", cx: inside(at), cy: y(n.cost), r: 6 }),
    written(
      right ? W - 14 : frame.x(REACH[0]) + 10,
      20,
      "",
      right ? "end" : "start",
      "○ cost here ",
      numbered(n.cost),
      h("svg:tspan", { class: "xe-fill-gradient" }, "  ▴ lowest ", numbered(n.lowest)),
    ),
    written(
      at + side * 12,
      y(n.cost) < cost.base - 18 ? cost.base - 5 : y(n.cost) - 14, // under the curve, or above it
      "",
      side > 0 ? "start" : "end",
      "yes from ",
      numbered(n.boundary),
    ),
  ];
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
      ["own", "a p of your own"],
    ],
    onInput: (v) => bound.change("threshold", v),
  });
  const ownFrom = (v) => {
    model.set("own", v);
    bound.change("threshold", "own");
  };
  const own = slider({ label: "your own p", of: schema.own, digits: 2, onInput: ownFrom });
  const drawing = picture(W, TOPS[2] + HEIGHTS[2]),
    parts = TOPS.map((top) => h("svg:g", { transform: `translate(0 ${top})` }));
  const line = h("svg:g"),
    text = spoken();
  drawing.append(...parts, line);
  fill(
    el,
    "xe-pos-weight",
    drawing,
    h("div", { class: "xe-controls" }, weight.element, share.element, repaired.element, threshold.element, own.element),
    text.element,
  );

  let now;
  function draw(state, old) {
    now = compute(state);
    const before = old && compute(old),
      n = now.numbers;
    const at = frame.x(Math.min(Math.max(n.boundary, REACH[0]), REACH[1])),
      side = at > W * 0.6 ? -1 : 1;
    parts[0].replaceChildren(
      ...probabilities(now, before, at, side),
      ...frame.parts,
    );
    parts[1].replaceChildren(...crowd(now, at));
    parts[2].replaceChildren(
      h("svg:g", { class: "xe-answer" }, ...costCurve(now, at, side)),
    );
    const was = before && frame.x(Math.min(Math.max(before.numbers.boundary, REACH[0]), REACH[1]));
    line.replaceChildren(
      before ? h("svg:path", { class: "xe-cursor xe-ghost", d: `M${was} 10V${TOPS[2] + cost.base}` }) : "",
      h("svg:path", { class: "xe-cursor", d: `M${at} 10V${TOPS[2] + cost.base}` }),
      ...knob(at, 20, 10),
    );
    weight.update(state.pos_weight);
    share.update(state.share);
    repaired.update(state.repaired);
    threshold.update(state.threshold);
    own.update(state.own);
    set(own.element, { class: `xe-slider${state.threshold === "own" ? "" : " xe-idle"}` });
    text.update(
      tell(TOLD, {
        ...n,
        q: state.pos_weight,
        percent: 100 * state.share,
        repaired: REPAIRED[state.repaired],
        threshold: tell(THRESHOLDS[state.threshold], state),
      }),
    );
  }
  const bound = bind(model, schema, draw);
  held(drawing, {
    grasp: () => own.input,
    move: (x) => {
      // the probability that the model gives there
      const z = REACH[0] + ((x - frame.x(REACH[0])) / (frame.x(REACH[1]) - frame.x(REACH[0]))) * (REACH[1] - REACH[0]);
      ownFrom(nearest(schema.own, sigmoid(now.logits[0] + DISTANCE * (z - features[0]))));
    },
  });
  return bound.stop;
}
