// A constant added to every logit: what it does to both losses, and where the textbook code breaks.
import {
  sigmoid,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  naiveSoftmaxCrossEntropy,
  naiveSigmoidCrossEntropy,
} from "./machinery/numerics.js";
import {
  h,
  set,
  fill,
  format,
  scientific,
  tell,
  show,
  slider,
  choice,
  spoken,
  picture,
  axes,
  label,
  hatch,
  held,
  nearest,
  uid,
  COLUMN,
  bind,
  through,
  knob,
} from "./machinery/toolkit.js";
import { schema, DIGITS, FORMATS, LABELS, LOGITS, REACH, REGIMES, TOLD } from "./logit_shift.py";

const W = COLUMN,
  H = 250,
  TOP = 40,
  NARROW = W < 500;
const FAMILIES = ["softmax", "sigmoid"];
const naive = (family) => `naive${family[0].toUpperCase()}${family.slice(1)}`;
const [CAT] = LOGITS;

// The four losses at a shift, by the library's form and by the textbook's, and the probability that the latter takes.
function compute(c, label, precision) {
  const round = precision === "float32" ? Math.fround : (v) => v;
  const logits = LOGITS.map((v) => v + c),
    id = label ? 0 : 1; // labelled "cat", or "not a cat": a dog
  const p = round(1 / round(1 + round(Math.exp(-round(logits[0])))));
  return {
    softmax: softmaxCrossEntropy(
      logits.map((_, k) => (k === id ? 1 : 0)),
      logits,
    ),
    sigmoid: sigmoidCrossEntropy([label], [logits[0]])[0],
    naiveSoftmax: naiveSoftmaxCrossEntropy(id, logits, round),
    naiveSigmoid: naiveSigmoidCrossEntropy(label, logits[0], round),
    p,
    miss: round(1 - p),
    rest: round(sigmoid(-logits[0])),
  };
}

function regime({ naiveSigmoid, p, miss, rest }) {
  if (!Number.isFinite(naiveSigmoid)) return p > 0 ? "one" : "zero";
  return Math.abs(miss - rest) > 0.01 * rest ? "worn" : "fine";
}

// The last logit of the cat on one side at which the textbook's loss is a number, by bisection.
function wall(family, sign, label, precision) {
  let good = 0,
    bad = sign * REACH[precision];
  while (Math.abs(bad - good) > 1e-3) {
    const middle = (good + bad) / 2;
    if (Number.isFinite(compute(middle, label, precision)[naive(family)])) good = middle;
    else bad = middle;
  }
  return CAT + good;
}

// The bits of a number in a precision, the first the sign's.
function bits(x, precision) {
  const view = new DataView(new ArrayBuffer(8)),
    wide = precision === "float64";
  if (wide) view.setFloat64(0, x);
  else view.setFloat32(0, x);
  return Array.from({ length: wide ? 64 : 32 }, (_, i) => (view.getUint8(i >> 3) >> (7 - (i & 7))) & 1);
}

// The next number that the precision has, down or up from a positive one.
function neighbour(x, precision, step) {
  const view = new DataView(new ArrayBuffer(8));
  if (precision === "float32") {
    view.setFloat32(0, x);
    view.setInt32(0, view.getInt32(0) + step);
    return view.getFloat32(0);
  }
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(step));
  return view.getFloat64(0);
}

// A number as its bits: a box for each, filled where it is 1; the exponent stands apart from sign and fraction.
function register(x, precision) {
  const [sign, exponent] = FORMATS[precision],
    all = bits(x, precision),
    gap = NARROW ? 5 : 10;
  const step = (W - 2 - 2 * gap) / all.length,
    space = step > 7 ? 1.5 : 1;
  const left = (i) => 1 + i * step + gap * ((i >= sign) + (i >= sign + exponent));
  return all.map((bit, i) =>
    h("svg:rect", {
      class: bit ? "xe-bit xe-fill-sigmoid" : "xe-bit",
      x: left(i),
      y: 1,
      width: step - space,
      height: 14,
      rx: 1,
    }),
  );
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
  const labelled = choice({
    label: "label",
    options: [1, 0].map((y) => [y, `${LABELS[y]} (${y})`]),
    onInput: (v) => bound.change("label", v),
  });
  const hatches = Object.fromEntries(FAMILIES.map((family) => [family, uid("hatch")]));
  const back = h("svg:g"),
    cursor = h("svg:g"),
    drawing = picture(W, H);
  drawing.append(h("svg:defs", {}, ...FAMILIES.map((f, i) => hatch(hatches[f], f, i ? 45 : -45))), back, cursor);
  const cells = {};
  const cell = (name) => (cells[name] = h("td", { class: "xe-number" }));
  const heads = ["loss", "textbook", "from logits"].map((text) => h("th", { scope: "col" }, text));
  const table = h(
    "table",
    { class: "xe-table" },
    h("caption", { class: "xe-hidden" }, "The losses at this shift"),
    h("thead", {}, h("tr", {}, ...heads)),
    h(
      "tbody",
      {},
      ...FAMILIES.map((family) =>
        h("tr", { class: `xe-${family}` }, h("th", { scope: "row" }, family), cell(naive(family)), cell(family)),
      ),
    ),
  );
  const row = (name, title) => {
    const value = h("span", { class: "xe-number" }),
      note = h("span", { class: "xe-quiet" });
    const drawn = h("svg:svg", { viewBox: `0 0 ${W} 16`, "aria-hidden": "true", class: "xe-bits" });
    return { value, note, drawn, element: h("div", {}, h("p", {}, title, value, note), drawn) };
  };
  const rows = { p: row("p", "p = "), miss: row("miss", "1 − p = "), rest: row("rest", "σ(−x) = ") };
  const verdict = h("p", { class: "xe-verdict" }),
    text = spoken();
  fill(
    el,
    "xe-logit-shift",
    drawing,
    h("div", { class: "xe-controls" }, shift.element, precision.element, labelled.element),
    h("div", { class: "xe-probabilities xe-answer" }, ...Object.values(rows).map((each) => each.element)),
    h("div", { class: "xe-beside xe-answer" }, table, verdict),
    text.element,
  );

  let drawn = ""; // the curves change with precision and label only; the shift moves the cursor over them
  let frame, limits;
  function curves(type, y) {
    const reach = REACH[type],
      step = reach / 260,
      unit = type === "float32" ? 50 : 400;
    limits = { low: -reach, high: reach, step: 1 };
    set(shift.input, { min: -reach, max: reach });
    const ticks = [-2, -1, 0, 1, 2].map((k) => k * unit);
    frame = axes({
      width: W,
      height: H,
      top: TOP,
      x: { range: [CAT - reach, CAT + reach], ticks, name: "the cat’s logit x = 2 + c: drag it" },
      y: { range: [0, reach], ticks: ticks.slice(2), name: "loss, in nats" },
    });
    const { x: sx, y: sy, base } = frame,
      left = sx(CAT - reach),
      right = sx(CAT + reach);
    const points = Array.from({ length: 521 }, (_, i) => {
      const c = -reach + i * step;
      return { x: CAT + c, ...compute(c, y, type) };
    });
    const line = (name) => through(points.map((v) => [sx(v.x), sy(v[name])]));
    const dots = (family) =>
      points
        .filter((v, i) => i % 8 === 0 && Number.isFinite(v[naive(family)]))
        .map((v) => h("svg:circle", { class: `xe-fill-${family}`, cx: sx(v.x), cy: sy(v[naive(family)]), r: 2.6 }));
    const broken = (family, k) => {
      const [low, high] = [-1, 1].map((sign) => wall(family, sign, y, type));
      const top = TOP - 34 + 16 * k,
        area = (from, to) =>
          h("svg:rect", {
            x: from,
            y: top + 4,
            width: Math.max(0, to - from),
            height: base - top - 4,
            fill: `url(#${hatches[family]})`,
          });
      const edge = (at) => h("svg:path", { class: `xe-line-${family} xe-thin`, d: `M${at} ${top}V${base}` });
      const name = (at, v, anchor) => {
        const told = label(
          at + (anchor === "end" ? -4 : 4),
          top + 12,
          NARROW ? format(v, 2) : `${family}: wall at ${format(v, 2)}`,
          anchor,
        );
        told.classList.add(`xe-fill-${family}`, "xe-strong");
        return told;
      };
      return [
        area(left, sx(low)),
        area(sx(high), right),
        edge(sx(low)),
        edge(sx(high)),
        name(sx(low), low, NARROW ? "end" : "start"),
        name(sx(high), high, sx(high) < W - 60 && (k || NARROW) ? "start" : "end"),
      ];
    };
    const named = (family, at) => {
      const v = points[at],
        told = label(sx(v.x), sy(v[family]) - 8, family, "middle");
      told.classList.add(`xe-fill-${family}`, "xe-strong");
      return told;
    };
    back.replaceChildren(
      h("svg:g", { class: "xe-answer" }, ...FAMILIES.flatMap(broken)),
      ...frame.parts,
      h("svg:path", { class: "xe-axis", d: `M${sx(0)} ${base}V${TOP}` }),
      ...FAMILIES.map((family) => h("svg:path", { class: `xe-line-${family}`, d: line(family) })),
      h("svg:g", { class: "xe-answer" }, ...FAMILIES.flatMap(dots)),
      named("softmax", y ? 400 : 120),
      named("sigmoid", y ? 190 : 330),
    );
    drawn = type + y;
  }

  function place(c, now, ghost = "") {
    const { x: sx, y: sy, base } = frame,
      at = sx(CAT + c);
    const ring = (family) =>
      Number.isFinite(now[naive(family)])
        ? h("svg:circle", { class: `xe-mark${ghost}`, cx: at, cy: sy(now[family]), r: 5 })
        : "";
    return [h("svg:path", { class: `xe-cursor${ghost}`, d: `M${at} ${TOP - 34}V${base}` }), ...FAMILIES.map(ring)];
  }
  const named = (at, y, told) => [
    ...knob(at, y, 10),
    at > W - 70 ? label(at - 15, y + 5, told, "end") : label(at + 15, y + 5, told),
  ];

  function draw(state, before) {
    const { shift: c, precision: type, label: y } = state;
    if (drawn !== type + y) curves(type, y);
    const now = compute(c, y, type);
    for (const [name, element] of Object.entries(cells)) show(element, now[name], 3);
    const digits = DIGITS[type],
      plain = (v) => v.toFixed(digits).replace(/^1\.0*$/, "1");
    show(rows.p.value, now.p, 0, plain);
    show(rows.miss.value, now.miss, 0, scientific);
    show(rows.rest.value, now.rest, 0, scientific);
    const near = [-1, 1].map((step) => neighbour(now.p, type, step)).filter((v) => v > 0 && v <= 1);
    rows.p.note.textContent = now.p > 0.5 ? ` Its neighbours in ${type}: ${near.map(plain).join(" and ")}.` : "";
    rows.miss.note.textContent = " as the textbook computes it";
    rows.rest.note.textContent = " the same, from the logit";
    for (const [name, { drawn: svg }] of Object.entries(rows)) svg.replaceChildren(...register(now[name], type));
    const ghost =
      before && before.shift !== c && before.precision === type && before.label === y
        ? place(before.shift, compute(before.shift, y, type), " xe-ghost")
        : [];
    cursor.replaceChildren(
      ...ghost,
      ...place(c, now),
      ...named(frame.x(CAT + c), TOP + 70, `x = ${format(CAT + c, 0)}`),
    );
    verdict.textContent = REGIMES[regime(now)];
    shift.update(c);
    precision.update(type);
    labelled.update(y);
    text.update(
      tell(TOLD, {
        ...now,
        shift: c,
        precision: type,
        label: LABELS[y],
        told_p: plain(now.p),
        regime: REGIMES[regime(now)],
      }),
    );
  }
  const bound = bind(model, schema, draw);
  held(drawing, {
    grasp: () => shift.input,
    move: (x) =>
      bound.change(
        "shift",
        nearest(
          limits,
          limits.low +
            ((x - frame.x(CAT + limits.low)) / (frame.x(CAT + limits.high) - frame.x(CAT + limits.low))) *
              (limits.high - limits.low),
        ),
      ),
  });
  return bound.stop;
}
