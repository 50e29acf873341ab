// A constant added to every logit: what it does to both losses, and where the textbook code breaks.
import {
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  naiveSoftmaxCrossEntropy,
  naiveSigmoidCrossEntropy,
} from "./machinery/numerics.js";
import { h, set, fill, tell, show, slider, choice, spoken, picture, axes, COLUMN, bind } from "./machinery/toolkit.js";
import { schema, LABELS, LOGITS, REACH, TOLD } from "./logit_shift.py";

const W = COLUMN,
  H = 260,
  TOP = 26;

// The four numbers at a shift: each loss by the library's form and by the textbook's.
function losses(c, label, precision) {
  const round = precision === "float32" ? Math.fround : (v) => v;
  const logits = LOGITS.map((v) => v + c),
    id = label ? 0 : 1; // labelled "cat", or "not a cat": a dog
  return {
    softmax: softmaxCrossEntropy(
      logits.map((_, k) => (k === id ? 1 : 0)),
      logits,
    ),
    sigmoid: sigmoidCrossEntropy([label], [logits[0]])[0],
    naiveSoftmax: naiveSoftmaxCrossEntropy(id, logits, round),
    naiveSigmoid: naiveSigmoidCrossEntropy(label, logits[0], round),
  };
}

// Stretches of the axis where f is not finite, as [from, to] pairs.
function broken(values, f) {
  const found = [];
  values.forEach((v, i) => {
    if (Number.isFinite(f(v))) return;
    const last = found.at(-1);
    if (last && last.end === i - 1) Object.assign(last, { to: v.c, end: i });
    else found.push({ from: v.c, to: v.c, end: i });
  });
  return found;
}

export function render({ model, el }) {
  const shift = slider({
    label: "add to every logit, c",
    of: schema.shift,
    digits: 0,
    onInput: (v) => bound.change("shift", v),
  });
  const precision = choice({
    label: "precision",
    options: schema.precision.options.map((name) => [name, name]),
    onInput: (v) => bound.change("precision", v),
  });
  const label = choice({
    label: "label",
    options: [1, 0].map((y) => [y, `${LABELS[y]} (${y})`]),
    onInput: (v) => bound.change("label", v),
  });
  const back = h("svg:g"),
    cursor = h("svg:g");
  const drawing = picture(W, H);
  drawing.append(back, cursor);
  const cells = {};
  const cell = (name) => (cells[name] = h("td", { class: "xe-number" }));
  const table = h(
    "table",
    { class: "xe-table" },
    h("caption", { class: "xe-hidden" }, "The losses at this shift"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "loss"),
        h("th", { scope: "col" }, "textbook code"),
        h("th", { scope: "col" }, "from logits"),
      ),
    ),
    h(
      "tbody",
      {},
      h("tr", { class: "xe-softmax" }, h("th", { scope: "row" }, "softmax"), cell("naiveSoftmax"), cell("softmax")),
      h("tr", { class: "xe-sigmoid" }, h("th", { scope: "row" }, "sigmoid"), cell("naiveSigmoid"), cell("sigmoid")),
    ),
  );
  const text = spoken();
  fill(
    el,
    "xe-logit-shift",
    h("div", { class: "xe-controls" }, shift.element, precision.element, label.element),
    drawing,
    table,
    text.element,
  );

  let drawn = ""; // the curves change with precision and label only; the shift moves the cursor over them
  let sx, sy, base;
  function curves(type, y) {
    const reach = REACH[type],
      step = reach / 260;
    set(shift.input, { min: -reach, max: reach });
    const unit = reach === 130 ? 50 : 400,
      ticks = [-2, -1, 0, 1, 2].map((k) => k * unit);
    const frame = axes({
      width: W,
      height: H,
      top: TOP,
      x: { range: [-reach, reach], ticks, name: "c, added to every logit" },
      y: { range: [0, reach], ticks: ticks.slice(2), name: "loss, in nats" },
    });
    ({ x: sx, y: sy, base } = frame);
    const points = Array.from({ length: 521 }, (_, i) => {
      const c = -reach + i * step;
      return { c, ...losses(c, y, type) };
    });
    const line = (name) =>
      points.map((v, i) => `${i ? "L" : "M"}${sx(v.c).toFixed(1)} ${sy(v[name]).toFixed(1)}`).join("");
    const dots = (name) =>
      points
        .filter((v, i) => i % 8 === 0 && Number.isFinite(v[name]))
        .map((v) =>
          h("svg:circle", { class: `xe-fill-${name.slice(5).toLowerCase()}`, cx: sx(v.c), cy: sy(v[name]), r: 3.2 }),
        );
    const strips = (name, row) =>
      broken(points, (v) => v[name]).map(({ from, to }) =>
        h("svg:rect", {
          class: `xe-fill-${name.slice(5).toLowerCase()}`,
          x: sx(from),
          width: Math.max(2, sx(to) - sx(from)),
          y: 4 + row * 10,
          height: 7,
        }),
      );
    back.replaceChildren(
      ...frame.parts,
      h("svg:path", { class: "xe-axis", d: `M${sx(0)} ${base}V${TOP}` }),
      h("svg:path", { class: "xe-line-softmax", d: line("softmax") }),
      h("svg:path", { class: "xe-line-sigmoid", d: line("sigmoid") }),
      ...dots("naiveSoftmax"),
      ...dots("naiveSigmoid"),
      ...strips("naiveSoftmax", 0),
      ...strips("naiveSigmoid", 1),
    );
    drawn = type + y;
  }
  function draw() {
    const c = model.get("shift"),
      type = model.get("precision"),
      y = model.get("label");
    if (drawn !== type + y) curves(type, y);
    const now = losses(c, y, type);
    for (const [name, element] of Object.entries(cells)) show(element, now[name], 3);
    const mark = (name) =>
      Number.isFinite(now[name]) ? [h("svg:circle", { class: "xe-ring", cx: sx(c), cy: sy(now[name]), r: 6 })] : [];
    cursor.replaceChildren(
      h("svg:path", { class: "xe-cursor", d: `M${sx(c)} ${TOP}V${base}` }),
      ...mark("softmax"),
      ...mark("sigmoid"),
    );
    shift.update(c);
    precision.update(type);
    label.update(y);
    text.update(tell(TOLD, { ...now, shift: c, precision: type, label: LABELS[y] }));
  }
  const bound = bind(model, schema, draw);
  return bound.stop;
}
