// Labels trained together with the model, under v1 and v2: the model goes to the labels, or the labels to the model.
import { sigmoid, sigmoidCrossEntropy, sigmoidGradient, sum } from "./machinery/numerics.js";
import {
  h,
  fill,
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
  player,
  COLUMN,
  bind,
  numbered,
  through,
  knob,
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
  NARROW = COLUMN < 500;
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
// gradients with respect to the labels, -log p, differ by x: through the softmax that made the labels it is
// -y (1 - y) x.
function train(version, kind, rate, given) {
  let u = kind === "free" ? given : 0,
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

// The runs of v1 and v2, from the last few settings: a play of 200 steps asks for the same ones each time.
const trained = new Map();
function runsOf({ labels, rate, stop_gradient, given }) {
  const key = JSON.stringify([labels, rate, stop_gradient, given]);
  if (!trained.has(key)) {
    if (trained.size > 20) trained.clear();
    trained.set(
      key,
      VERSIONS.map((version) => {
        const run = train(stop_gradient ? "v1" : version, labels, rate, given);
        return run.map((state) => ({ ...state, ...numbers(labels, state) }));
      }),
    );
  }
  return trained.get(key);
}

function numbers(kind, { u, w, b }) {
  const x = FEATURES.map((f) => w * f + b),
    y = labelsOf(kind, u);
  const right = (values, half) => values.filter((v, i) => v > half === CATS[i]).length;
  return {
    y,
    loss: mean(sigmoidCrossEntropy(y, x)), // that of the softmax over two classes
    entropy: -mean(y.map((q) => q * Math.log(q) + (1 - q) * Math.log1p(-q))),
    right: right(x, 0),
    labels: right(y, 0.5),
    weight: kind === "free" ? NaN : sigmoid(u),
  };
}

const SIZE = NARROW
  ? { width: 176, height: 250, left: 24, right: 4, top: 92 }
  : { width: 305, height: 270, left: 48, top: 66 };
const frame = () =>
  axes({
    ...SIZE,
    x: { range: [-3, 3], ticks: [-2, 0, 2], name: "feature" },
    y: { range: [-0.05, 1.05], ticks: [0, 0.5, 1], name: NARROW ? "" : "probability of cat", say: String },
  });

// The model's curve, a ring for each label, the gradient between them, and what has come of it.
function plane(version, kind, now, before, picked) {
  const { x, y, parts } = frame(),
    p = ({ w, b }, f) => y(sigmoid(w * f + b));
  const curve = (state) => through(Array.from({ length: 61 }, (_, i) => [x(-3 + i / 10), p(state, -3 + i / 10)]));
  const line = (top, ...told) => h("svg:text", { x: NARROW ? 0 : 6, y: top }, ...told);
  const heads = [
    h(
      "svg:text",
      { x: NARROW ? 0 : 6, y: 18, class: "xe-big" },
      `${version} `,
      h("svg:tspan", {}, "loss "),
      numbered(now.loss),
    ),
    ...(NARROW
      ? [
          line(36, "model right ", numbered(now.right, 0), ` of ${N}`),
          line(53, "labels right ", numbered(now.labels, 0), ` of ${N}`),
        ]
      : [
          line(
            38,
            "model right ",
            numbered(now.right, 0),
            ` of ${N}, labels right `,
            numbered(now.labels, 0),
            ` of ${N}`,
          ),
        ]),
    line(
      NARROW ? 70 : 56,
      "label entropy ",
      numbered(now.entropy),
      ...(kind === "free" ? [] : [NARROW ? ", trust " : ", trust in the careful ", numbered(now.weight)]),
    ),
  ];
  return [
    ...parts,
    ...heads,
    h("svg:path", { class: "xe-axis xe-dotted", d: `M${x(-3)} ${y(0.5)}H${x(3)}M${x(0)} ${y(0)}V${y(1)}` }),
    before ? h("svg:path", { class: "xe-line-softmax xe-ghost", d: curve(before) }) : "",
    h("svg:path", { class: "xe-line-softmax", d: curve(now) }),
    h("svg:path", { class: "xe-arrow", d: FEATURES.map((f, i) => `M${x(f)} ${p(now, f)}V${y(now.y[i])}`).join("") }),
    ...FEATURES.map((f, i) =>
      h("svg:circle", {
        class: `xe-ring${now.y[i] > 0.5 === CATS[i] ? "" : " xe-fill-label"}${i === picked ? " xe-picked" : ""}`,
        r: NARROW ? 4.5 : 6,
        cx: x(f),
        cy: y(now.y[i]),
      }),
    ),
  ];
}

const PLACE = frame();
const STRIP = { width: COLUMN, height: 128, left: 46, right: 60, bottom: 38 };
const TIME = axes({
  ...STRIP,
  x: { range: [0, STEPS], ticks: [0, 50, 100, 150, 200], name: "step: drag the line, or play" },
  y: { range: [0, 1.2], ticks: [0, 0.5, 1], name: "loss", say: String },
});

// The losses up to this step: what is to come is not there yet.
function losses(step, runs) {
  const { x, y, base, parts } = TIME,
    at = x(step);
  const line = (run) => through(run.slice(0, step + 1).map((s, i) => [x(i), y(s.loss)]));
  const ends = runs.map((run) => y(run[step].loss)),
    apart = Math.abs(ends[0] - ends[1]) > 13;
  return [
    ...parts,
    ...runs.map((run, k) => h("svg:path", { class: `xe-line-softmax${k ? " xe-dashed" : ""}`, d: line(run) })),
    ...(apart
      ? VERSIONS.map((version, k) => label(at + 12, ends[k] + 4, version))
      : [label(at + 12, ends[0] + 4, VERSIONS.join(", "))]),
    h("svg:path", { class: "xe-cursor", d: `M${at} 6V${base}` }),
    ...knob(at, base),
  ];
}

export function render({ model, el }) {
  const step = slider({
    label: "steps of training",
    of: schema.step,
    digits: 0,
    onInput: (v) => bound.change("step", v),
  });
  const play = player({ of: schema.step, get: () => model.get("step"), onInput: (v) => bound.change("step", v) });
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
  // One label at a time has an input: which of the pictures, and its label at the start.
  let picked = 6;
  const which = slider({
    label: "picture",
    of: { low: 1, high: N },
    digits: 0,
    onInput: (v) => {
      picked = v - 1;
      bound.redraw();
    },
  });
  const start = slider({
    label: "its label at the start, a logit",
    of: schema.given.item,
    onInput: (v) => give(picked, v),
  });
  const give = (k, v) => {
    play.stop();
    model.set("step", 0);
    bound.change(
      "given",
      model.get("given").map((old, i) => (i === k ? v : old)),
    );
  };
  const pictures = VERSIONS.map(() => picture(SIZE.width, SIZE.height)),
    strip = picture(STRIP.width, STRIP.height);
  const own = h(
    "details",
    { class: "xe-more" },
    h("summary", {}, "Other labels at the start"),
    which.element,
    start.element,
  );
  const text = spoken();
  step.element.prepend(play.element);
  fill(
    el,
    "xe-label-gradients",
    h("div", { class: "xe-twins" }, ...pictures),
    strip,
    h("div", { class: "xe-controls" }, step.element, kind.element, rate.element, stop.element),
    own,
    text.element,
  );

  function draw(state, before) {
    const runs = runsOf(state),
      now = runs.map((run) => run[state.step]);
    const old = before && before.labels === state.labels && before.step !== state.step ? runsOf(before) : null;
    now.forEach((row, k) =>
      pictures[k].replaceChildren(
        ...plane(
          VERSIONS[k],
          state.labels,
          row,
          old?.[k][before.step],
          own.open && state.labels === "free" ? picked : -1,
        ),
      ),
    );
    strip.replaceChildren(...losses(state.step, runs));
    own.hidden = state.labels !== "free";
    step.update(state.step);
    kind.update(state.labels);
    rate.update(state.rate);
    stop.update(state.stop_gradient);
    which.update(picked + 1);
    start.update(state.given[picked]);
    const told = now.map((row, k) =>
      tell(TOLD_VERSION, {
        ...row,
        version: VERSIONS[k],
        n: N,
        weight: state.labels === "free" ? "" : tell(TOLD_WEIGHT, row),
      }),
    );
    text.update(
      tell(TOLD, {
        step: state.step,
        labels: LABELS[state.labels],
        rate: state.rate,
        stopped: state.stop_gradient ? TOLD_STOPPED : "",
        v1: told[0],
        v2: told[1],
      }),
    );
  }
  const bound = bind(model, schema, draw);
  own.addEventListener("toggle", () => bound.redraw());
  held(strip, {
    grasp: () => step.input,
    move: (x) => {
      play.stop();
      bound.change("step", nearest(schema.step, ((x - TIME.x(0)) / (TIME.x(STEPS) - TIME.x(0))) * STEPS));
    },
  });
  // A ring is dragged to where its label starts; the runs begin anew.
  const from = ({ low, high }, y) => {
    const p = Math.min(0.999, Math.max(0.001, 1 - (y - PLACE.y(1)) / (PLACE.y(0) - PLACE.y(1))));
    return nearest({ low, high, step: schema.given.item.step }, Math.log(p / (1 - p)));
  };
  pictures.forEach((drawing) =>
    held(drawing, {
      pan: "none",
      grasp: (x, y) => {
        if (model.get("labels") !== "free") return null;
        const k = FEATURES.findIndex((f) => Math.abs(PLACE.x(f) - x) <= (PLACE.x(0.5) - PLACE.x(0)) / 2);
        if (k < 0 || y < SIZE.top - 12) return null;
        return {
          focus: (options) => {
            picked = k;
            own.open = true;
            start.input.focus(options);
          },
        };
      },
      move: (x, y) => give(picked, from(schema.given.item, y)),
    }),
  );
  return () => {
    play.stop();
    bound.stop();
  };
}
