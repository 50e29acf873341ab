// What the softmax loss of exclusive labels holds in memory: with one-hot labels, with class numbers, block by block.
import { sum } from "./machinery/numerics.js";
import {
  h,
  fill,
  format,
  tell,
  show,
  steps,
  choice,
  spoken,
  scale,
  picture,
  axes,
  label,
  bind,
} from "./machinery/toolkit.js";
import {
  schema,
  BLOCK,
  BYTES,
  CLASSES,
  MEASURED,
  PARTS,
  RAN,
  TOLD,
  TOLD_MEASURED,
  TOLD_WAY,
  UNITS,
  WAYS,
} from "./sparse_labels.py";

const ran = (batch, precision) => batch === RAN.batch && precision === RAN.precision;

// Bytes as people write them, in three digits.
function size(x) {
  let unit = 0;
  for (; x >= 999.5; unit++) x /= 1000;
  const digits = unit === 0 || x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2;
  return `${format(x, digits)} ${UNITS[unit]}`;
}

// Labels, logits and gradient of each way.
function held(batch, classes, precision) {
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

const grouped = (v) => v.toLocaleString("en-US");
const SIZE = { width: 330, height: 270, right: 12, bottom: 42 };
const LINES = ["xe-line-label", "xe-line-softmax", "xe-line-softmax xe-dashed"];
const FILLS = ["xe-fill-label", "xe-fill-logit", "xe-fill-gradient"];

// The three totals over the classes, with what was measured.
function overClasses(batch, classes, precision) {
  const { x, y, base, parts } = axes({
    ...SIZE,
    left: 56,
    x: {
      range: [10, 1e7],
      log: true,
      ticks: [10, 1e3, 1e5, 1e7],
      say: (v) => ["10", "10³", "10⁵", "10⁷"][Math.log10(v) >> 1],
      name: "classes",
    },
    y: {
      range: [10, 1e15],
      log: true,
      ticks: [1e3, 1e6, 1e9, 1e12, 1e15],
      say: (v) => size(v).replace(".00", ""),
      name: "",
    },
  });
  const at = [...CLASSES, BLOCK].sort((a, b) => a - b);
  const totals = at.map((c) => held(batch, c, precision).map(sum));
  const line = (way) => at.map((c, i) => `${i ? "L" : "M"}${x(c).toFixed(1)} ${y(totals[i][way]).toFixed(1)}`).join("");
  const [above, , below] = totals.at(-1),
    name = (text, top) => label(x(1e7), top, text, "end");
  const marks = ran(batch, precision)
    ? Object.entries(MEASURED).flatMap(([c, bytes]) =>
        bytes.map((v) => h("svg:circle", { class: "xe-mark", r: 4, cx: x(c), cy: y(v) })),
      )
    : [];
  return [
    ...LINES.map((style, way) => h("svg:path", { class: style, d: line(way) })),
    h("svg:path", { class: "xe-cursor", d: `M${x(classes)} 10V${base}` }),
    ...marks,
    ...parts,
    name(`${WAYS[0]}, ${WAYS[1]}`, y(above) - 10),
    name(WAYS[2], y(below) + 20),
  ];
}

// What the memory goes to: a bar for each way, of labels, logits and gradient.
function ofParts(rows) {
  const all = sum(rows[0]),
    { width } = SIZE,
    x = scale([0, all], [0, width - 8]);
  return rows
    .flatMap((row, way) => {
      const top = 30 + way * 70;
      let from = 0;
      const bars = row.map((bytes, part) => {
        const bar = h("svg:rect", { class: FILLS[part], x: x(from), width: x(bytes), y: top, height: 26 });
        from += bytes;
        return bar;
      });
      return [label(0, top - 6, `${WAYS[way]}, ${size(sum(row))}`), ...bars];
    })
    .concat(
      PARTS.flatMap((part, i) => [
        h("svg:rect", { class: FILLS[i], x: i * 95, y: 240, width: 12, height: 12 }),
        label(i * 95 + 18, 251, part),
      ]),
    );
}

export function render({ model, el }) {
  const batch = steps({
    label: "examples in the batch",
    of: schema.batch,
    say: grouped,
    onInput: (v) => bound.change("batch", v),
  });
  const classes = steps({
    label: "classes",
    of: schema.classes,
    say: grouped,
    onInput: (v) => bound.change("classes", v),
  });
  const precision = choice({
    label: "numbers are",
    options: schema.precision.options.map((name) => [name, name]),
    onInput: (v) => bound.change("precision", v),
  });
  const { width, height } = SIZE,
    lines = picture(width, height),
    bars = picture(width, height);
  const head = (text, scope) => h("th", { scope }, text);
  const cells = [...PARTS, "in all", "measured"].map((name) => ({
    name,
    row: WAYS.map(() => h("td", { class: "xe-number" })),
  }));
  const table = h(
    "table",
    { class: "xe-table" },
    h("caption", { class: "xe-hidden" }, "Memory of each way"),
    h("thead", {}, h("tr", {}, h("td"), ...WAYS.map((way) => head(way, "col")))),
    h("tbody", {}, ...cells.map(({ name, row }) => h("tr", {}, head(name, "row"), ...row))),
  );
  const text = spoken();
  fill(
    el,
    "xe-sparse-labels",
    h("div", { class: "xe-controls" }, batch.element, classes.element, precision.element),
    h("div", { class: "xe-pair" }, lines, bars),
    table,
    text.element,
  );

  function draw() {
    const state = Object.keys(schema).map((name) => model.get(name));
    const rows = held(...state),
      totals = rows.map(sum);
    const measured = (ran(state[0], state[2]) && MEASURED[state[1]]) || [];
    [...PARTS.map((_, part) => rows.map((row) => row[part])), totals].forEach((numbers, i) =>
      numbers.forEach((bytes, way) => show(cells[i].row[way], bytes, 0, size)),
    );
    const last = cells.at(-1).row;
    last[0].parentElement.hidden = !measured.length;
    measured.forEach((bytes, way) => show(last[way], bytes, 0, size));
    lines.replaceChildren(...overClasses(...state));
    bars.replaceChildren(...ofParts(rows));
    batch.update(state[0]);
    classes.update(state[1]);
    precision.update(state[2]);
    const ways = rows
      .map((row, way) => {
        const [labels, logits, gradient] = row.map(size),
          name = WAYS[way][0].toUpperCase() + WAYS[way].slice(1);
        return tell(TOLD_WAY, { way: name, labels, logits, gradient, total: size(sum(row)) });
      })
      .join("");
    text.update(
      tell(TOLD, {
        batch: grouped(state[0]),
        classes: grouped(state[1]),
        precision: state[2],
        ways,
        measured: measured.length ? tell(TOLD_MEASURED, { measured: measured.map(size).join(", ") }) : "",
      }),
    );
  }
  const bound = bind(model, schema, draw);
  return bound.stop;
}
