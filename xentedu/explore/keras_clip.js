// Loss and gradient of one example against its logit: from logits, and as Keras has them after a sigmoid.
import { sigmoid, sigmoidCrossEntropy } from "./machinery/numerics.js";
import {
  h,
  fill,
  tell,
  show,
  slider,
  choice,
  spoken,
  picture,
  axes,
  through,
  knob,
  label,
  held,
  nearest,
  COLUMN,
  bind,
} from "./machinery/toolkit.js";
import { schema, CLIP, LABELS, PLACES, REACH, TOLD, WALL } from "./keras_clip.py";

const HEIGHTS = [190, 150],
  LOW = schema.logit.low,
  HIGH = schema.logit.high;
const ticks = [-2, -1, 0, 1, 2].map((k) => 10 * k);

// Loss and gradient from logits, and then both with the clip.
function at(x, y) {
  const [loss] = sigmoidCrossEntropy([y], [x]),
    slope = sigmoid(x) - y;
  if (Math.abs(x) < WALL) return [loss, slope, loss, slope];
  return [loss, slope, -Math.log(x > 0 === Boolean(y) ? 1 - CLIP : CLIP), 0];
}

const place = (x, y) => (Math.abs(x) < WALL ? "inside" : x > 0 === Boolean(y) ? "right" : "wrong");

const frames = [
  { range: [0, REACH], ticks: [0, 10, 20], name: "loss" },
  { range: [-1.15, 1.15], ticks: [-1, 0, 1], name: "gradient" },
].map((y, i) =>
  axes({
    width: COLUMN,
    height: HEIGHTS[i],
    left: 52,
    right: 12,
    top: 16,
    bottom: i ? 38 : 20,
    x: { range: [LOW, HIGH], ticks: i ? ticks : [], name: i ? "logit: drag it" : "" },
    y,
  }),
);

export function render({ model, el }) {
  const logit = slider({ label: "logit", of: schema.logit, onInput: (v) => bound.change("logit", v) });
  const labelled = choice({
    label: "label",
    options: schema.label.options.map((y) => [y, `${LABELS[y]} (${y})`]),
    onInput: (v) => bound.change("label", v),
  });
  const drawings = HEIGHTS.map((height) => picture(COLUMN, height)),
    moving = drawings.map((drawing, i) => {
      const part = h("svg:g");
      drawing.append(...frames[i].parts, part);
      return part;
    });
  const cells = [0, 1, 2, 3].map(() => h("td", { class: "xe-number" }));
  const row = (name, ...of) => h("tr", {}, h("th", { scope: "row" }, name), ...of);
  const heads = ["Keras", "loss", "gradient"].map((name) => h("th", { scope: "col" }, name));
  const table = h(
    "table",
    { class: "xe-table" },
    h("thead", {}, h("tr", {}, ...heads)),
    h("tbody", {}, row("from_logits=True", cells[0], cells[1]), row("after a sigmoid", cells[2], cells[3])),
  );
  const verdict = h("p", { class: "xe-verdict" }),
    text = spoken();
  fill(
    el,
    "xe-keras-clip",
    ...drawings,
    h("div", { class: "xe-controls" }, logit.element, labelled.element),
    h("div", { class: "xe-beside xe-answer" }, table, verdict),
    text.element,
  );
  drawings.forEach((drawing, i) =>
    held(drawing, {
      grasp: () => logit.input,
      move: (x) => {
        const { x: sx } = frames[i];
        bound.change("logit", nearest(schema.logit, LOW + ((x - sx(LOW)) / (sx(HIGH) - sx(LOW))) * (HIGH - LOW)));
      },
    }),
  );

  function draw({ logit: x, label: y }, before) {
    logit.update(x);
    labelled.update(y);
    const now = at(x, y),
      points = Array.from({ length: 241 }, (_, k) => LOW + (k * (HIGH - LOW)) / 240);
    ["sigmoid", "gradient"].forEach((colour, i) => {
      const { x: sx, y: sy, base } = frames[i],
        line = (k) => through(points.map((v) => [sx(v), sy(at(v, y)[k])]));
      const side = y ? 1 : -1,
        named = (v, height, text) => {
          const told = label(sx(-side * v) + side * 8, height, text, y ? "start" : "end");
          told.classList.add("xe-strong");
          return told;
        };
      moving[i].replaceChildren(
        h("svg:path", { class: `xe-line-${colour} xe-thin`, d: line(i) }),
        h(
          "svg:g",
          { class: "xe-answer" },
          h("svg:path", { class: `xe-line-${colour} xe-dashed`, d: line(i + 2) }),
          named(HIGH, sy(i ? 0 : WALL) - 8, "clipped"),
        ),
        i ? named(HIGH, sy(-side) + (y ? -8 : 16), "from logits") : named(0.8 * HIGH, sy(0.8 * REACH), "from logits"),
        before && before.logit !== x
          ? h("svg:path", { class: "xe-cursor xe-ghost", d: `M${sx(before.logit)} 16V${base}` })
          : "",
        h("svg:path", { class: "xe-cursor", d: `M${sx(x)} 16V${base}` }),
        h("svg:circle", { class: "xe-mark", cx: sx(x), cy: sy(now[i]), r: 5 }),
        h("svg:circle", { class: `xe-fill-${colour} xe-answer`, cx: sx(x), cy: sy(now[i + 2]), r: 5 }),
        ...knob(sx(x), base),
      );
    });
    cells.forEach((cell, k) => show(cell, now[k], 3));
    const where = place(x, y);
    verdict.textContent = PLACES[where];
    const [loss, slope, clipped_loss, clipped_slope] = now;
    text.update(
      tell(TOLD, { label: LABELS[y], logit: x, loss, slope, clipped_loss, clipped_slope, place: PLACES[where] }),
    );
  }
  const bound = bind(model, schema, draw);
  return bound.stop;
}
