// What the softmax loss of exclusive labels holds in memory: with one-hot labels, with class indices, block by block.
import { sum } from "./machinery/numerics.js";
import {
  h,
  fill,
  format,
  tell,
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
  numbered,
  through,
  knob,
  nearestOption,
} from "./machinery/toolkit.js";
import {
  schema,
  BLOCK,
  BYTES,
  CLASSES,
  LAYER,
  MEASURED,
  PARTS,
  RAN,
  TOLD,
  TOLD_MEASURED,
  TOLD_WAY,
  UNITS,
  WAYS,
} from "./sparse_labels.py";

const ran = (state) => Object.keys(RAN).every((name) => state[name] === RAN[name]);

// Bytes as people write them, in three digits.
function size(x) {
  let unit = 0;
  for (; x >= 999.5; unit++) x /= 1000;
  const digits = unit === 0 || x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2;
  return `${format(x, digits)} ${UNITS[unit]}`;
}

// Labels, logits and gradient of each way.
function memory({ batch, classes, precision }) {
  const unit = BYTES[precision],
    ids = 8 * batch,
    dense = batch * classes * unit;
  // A block's logits, and of each example the maximum, the sum and the label's logit.
  const block = batch * (Math.min(classes, BLOCK) + 3) * unit;
  return [
    [dense, dense, dense],
    [ids, dense, dense],
    [ids, block, 0],
  ];
}

// The dense layer that makes the logits: weights and biases, inputs, and the gradients of all of these.
const layer = ({ batch, classes, dim, precision }) => 2 * (classes * (dim + 1) + batch * dim) * BYTES[precision];

const grouped = (v) => v.toLocaleString("en-US");
const W = COLUMN,
  NARROW = W < 500,
  BAR = 24,
  STEP = 50;
const FILLS = ["xe-fill-label", "xe-fill-logit", "xe-fill-gradient"];
const sized = (bytes) => numbered(bytes, 0, size);

// What the memory goes to: a bar for each way, and one for the layer, which every way has.
function ofParts(state, before) {
  const rows = memory(state),
    measured = (ran(state) && MEASURED[state.classes]) || [];
  const all = Math.max(...rows.map(sum), ...measured),
    x = scale([0, all], [0, W - 10]);
  const end = (v) => Math.min(W - 4, x(v)),
    old = before ? memory(before).map(sum) : [];
  const ways = rows.flatMap((row, way) => {
    const y = 22 + way * STEP,
      total = sum(row);
    let from = 0;
    const parts = row.flatMap((bytes, part) => {
      const left = x(from),
        width = x(bytes);
      from += bytes;
      const inside = label(
        left + width / 2,
        y + 17,
        width > 120 ? `${PARTS[part]} ${size(bytes)}` : PARTS[part],
        "middle",
      );
      inside.classList.add("xe-inside");
      return [h("svg:rect", { class: FILLS[part], x: left, width, y, height: BAR }), width > 70 ? inside : ""];
    });
    const ghost = old.length
      ? h("svg:rect", { class: "xe-mark xe-ghost", x: 0, width: end(old[way]), y, height: BAR })
      : "";
    const name = h("svg:text", { class: "xe-big", x: 0, y: y - 5 }, `${WAYS[way]} `, sized(total));
    const ring = measured.length
      ? [
          h("svg:circle", { class: "xe-mark", r: 6, cx: x(measured[way]), cy: y + BAR / 2 }),
          h(
            "svg:text",
            { x: W - 4, y: y - 5, "text-anchor": "end" },
            NARROW ? "○ " : "○ in a real run ",
            sized(measured[way]),
          ),
        ]
      : [];
    const drawn = [...parts, ghost, name, ...ring];
    return way ? h("svg:g", { class: "xe-answer" }, ...drawn) : drawn;
  });
  const y = 22 + WAYS.length * STEP,
    bytes = layer(state),
    beyond = x(bytes) > W - 4;
  return [
    ...ways,
    h("svg:rect", { class: "xe-track", x: 0, width: end(bytes), y, height: BAR }),
    h("svg:text", { class: "xe-big", x: 0, y: y - 5 }, `${LAYER} `, sized(bytes), beyond ? " →" : ""),
  ];
}

const SIZE = { width: W, height: 210, left: 56, right: 16, bottom: 42 };
const {
  x: px,
  y: py,
  base,
  parts: frame,
} = axes({
  ...SIZE,
  x: {
    range: [10, 1e7],
    log: true,
    ticks: [10, 1e3, 1e5, 1e7],
    name: "classes: drag the line",
    say: (v) => ["10", "10³", "10⁵", "10⁷"][Math.log10(v) >> 1],
  },
  y: { range: [10, 1e13], log: true, ticks: [1e3, 1e6, 1e9, 1e12], say: (v) => size(v).replace(".00", ""), name: "" },
});

// The three totals over the classes, with what was measured.
function overClasses(state, before) {
  const at = [...CLASSES, BLOCK].sort((a, b) => a - b),
    totals = at.map((classes) => memory({ ...state, classes }).map(sum));
  const line = (way) => through(at.map((c, i) => [px(c), py(totals[i][way])]));
  const marks = ran(state)
    ? Object.entries(MEASURED).flatMap(([c, bytes]) =>
        bytes.map((v) => h("svg:circle", { class: "xe-mark", r: 4, cx: px(c), cy: py(v) })),
      )
    : [];
  // The names stand along their lines.
  const [one, two] = [at.indexOf(100), at.indexOf(1e5)].map((i) => [px(at[i]), py(totals[i][0])]);
  const slope = (Math.atan2(two[1] - one[1], two[0] - one[0]) * 180) / Math.PI;
  const along = label(one[0], one[1] - 15, NARROW ? `${WAYS[0]}, ${WAYS[1]}` : `${WAYS[0]}, and just below ${WAYS[1]}`);
  along.setAttribute("transform", `rotate(${slope} ${one[0]} ${one[1]})`);
  const cursor = px(state.classes);
  const ghost =
    before && before.classes !== state.classes
      ? h("svg:path", { class: "xe-cursor xe-ghost", d: `M${px(before.classes)} 10V${base}` })
      : "";
  return [
    ...["xe-wide", "xe-slim", "xe-slim xe-dashed"].map((style, way) =>
      h("svg:path", { class: `xe-total-line ${style}`, d: line(way) }),
    ),
    ghost,
    h("svg:path", { class: "xe-cursor", d: `M${cursor} 10V${base}` }),
    ...marks,
    along,
    label(px(1e4) + 6, py(totals.at(-1)[2]) + 18, WAYS[2]),
    ...knob(cursor, py(totals[at.indexOf(state.classes)][0]), 10),
    ...frame,
  ];
}

export function render({ model, el }) {
  const stepped = (name, text) =>
    steps({ label: text, of: schema[name], say: grouped, onInput: (v) => bound.change(name, v) });
  const controls = {
    batch: stepped("batch", "examples in the batch"),
    classes: stepped("classes", "classes"),
    dim: stepped("dim", "inputs of the layer, dim"),
    precision: choice({
      label: "numbers are",
      options: schema.precision.options.map((name) => [name, name]),
      onInput: (v) => bound.change("precision", v),
    }),
  };
  const bars = picture(W, 22 + 4 * STEP),
    lines = picture(W, SIZE.height),
    text = spoken();
  const lower = h("div", { class: "xe-answer" }, lines);
  fill(
    el,
    "xe-sparse-labels",
    bars,
    h("div", { class: "xe-controls" }, ...Object.values(controls).map((c) => c.element)),
    lower,
    text.element,
  );

  function draw(state, before) {
    const rows = memory(state),
      measured = (ran(state) && MEASURED[state.classes]) || [];
    bars.replaceChildren(...ofParts(state, before));
    lines.replaceChildren(...overClasses(state, before));
    for (const [name, control] of Object.entries(controls)) control.update(state[name]);
    const ways = rows
      .map((row, way) => {
        const [labels, logits, gradient] = row.map(size),
          name = WAYS[way][0].toUpperCase() + WAYS[way].slice(1);
        return tell(TOLD_WAY, { way: name, labels, logits, gradient, total: size(sum(row)) });
      })
      .join("");
    text.update(
      tell(TOLD, {
        batch: grouped(state.batch),
        classes: grouped(state.classes),
        precision: state.precision,
        dim: state.dim,
        layer: size(layer(state)),
        ways,
        measured: measured.length ? tell(TOLD_MEASURED, { measured: measured.map(size).join(", ") }) : "",
      }),
    );
  }
  const bound = bind(model, schema, draw);
  held(lines, {
    grasp: () => controls.classes.input,
    move: (at) => bound.change("classes", nearestOption(CLASSES, px, at)),
  });
  return bound.stop;
}
