// Eight losses, their weights, and what each reduction makes of them.
import { sum } from "./machinery/numerics.js";
import { h, set, fill, tell, show, slider, choice, spoken, scale, bind } from "./machinery/toolkit.js";
import { schema, P, PRESETS, ROWS, SHAPES, TOLD, TOLD_ROW } from "./weighting.py";

const losses = P.map((p) => -Math.log(p)),
  N = P.length;
const WIDTH = 120,
  x = scale([0, 12], [1, WIDTH - 1]);

// The weighted losses, and for each row by what it divides their sum and what comes out.
function compute(weights, shape) {
  const given = shape === "each" ? weights : weights.slice(0, 1);
  const all = shape === "each" ? weights : Array(N).fill(weights[0]);
  const nonzero = (w) => w.filter((v) => v !== 0).length;
  const weighted = losses.map((loss, i) => loss * all[i]),
    total = sum(weighted);
  const divisors = [1, N, nonzero(all), sum(all), nonzero(given) * (shape === "scalar" ? N : 1)];
  return { given, weighted, rows: divisors.map((d) => [d, d ? total / d : 0]) };
}

export function render({ model, el }) {
  const preset = choice({
    label: "weights",
    onInput: (name) => bound.change("weights", PRESETS[name]),
    options: [
      ["mixed", "one counts 3, three are padding"],
      ["ones", "all 1"],
      ["twos", "all 2"],
      ["zeros", "all 0"],
    ],
  });
  const shape = choice({
    label: "their shape",
    onInput: (v) => bound.change("shape", v),
    options: [
      ["each", "[8], one for each example"],
      ["one", "[1]"],
      ["scalar", "scalar"],
    ],
  });
  const examples = losses.map((loss, i) => {
    const weight = slider({
      label: `${i + 1}`,
      of: schema.weights.item,
      onInput: (v) =>
        bound.change(
          "weights",
          model.get("weights").map((old, k) => (k === i ? v : old)),
        ),
    });
    weight.input.setAttribute("aria-label", `weight of example ${i + 1}`);
    const bar = h("svg:rect", { class: "xe-fill-softmax", x: x(0), y: 2, height: 14, rx: 2 });
    const outline = h("svg:rect", { class: "xe-mark", x: x(0), y: 2, height: 14, rx: 2, width: x(loss) - x(0) });
    const value = h("span", { class: "xe-number" });
    return {
      weight,
      bar,
      value,
      element: h(
        "div",
        { class: "xe-weigh" },
        weight.element,
        h("svg:svg", { viewBox: `0 0 ${WIDTH} 18`, "aria-hidden": "true" }, bar, outline),
        value,
      ),
    };
  });
  const rows = ROWS.map((name) => ({
    divisor: h("td", { class: "xe-number" }),
    result: h("td", { class: "xe-number" }),
    head: h("th", { scope: "row" }, ...name.split("_").flatMap((part, k) => (k ? ["_", h("wbr"), part] : [part]))),
  }));
  rows[2].head.append(" (default)");
  rows[4].head.append("’s mean");
  const table = h(
    "table",
    { class: "xe-table" },
    h(
      "thead",
      {},
      h("tr", {}, ...["reduction", "divides by", "loss"].map((title) => h("th", { scope: "col" }, title))),
    ),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, row.head, row.divisor, row.result))),
  );
  const text = spoken();
  fill(
    el,
    "xe-weighting",
    h("div", { class: "xe-controls" }, preset.element, shape.element),
    h(
      "div",
      { class: "xe-pair" },
      h(
        "div",
        {},
        h("p", { class: "xe-note" }, "example, its weight, weight × loss"),
        ...examples.map((e) => e.element),
      ),
      h("div", {}, table, h("p", { class: "xe-note" }, "NONE keeps the eight numbers.")),
    ),
    text.element,
  );

  function draw() {
    const weights = model.get("weights"),
      form = model.get("shape"),
      { given, weighted, rows: results } = compute(weights, form);
    preset.update(Object.keys(PRESETS).find((name) => PRESETS[name].every((w, i) => w === weights[i])));
    shape.update(form);
    examples.forEach(({ weight, bar, value, element }, i) => {
      weight.element.classList.toggle("xe-absent", i >= given.length);
      weight.caption.textContent = form === "each" ? `${i + 1}` : i ? `${i + 1}` : "all";
      weight.update(weights[i]);
      set(bar, { width: x(weighted[i]) - x(0) });
      show(value, weighted[i]);
    });
    rows.forEach(({ divisor, result }, k) => {
      show(divisor, results[k][0], 1);
      show(result, results[k][1]);
    });
    const told = results.map(([divisor, total], k) => tell(TOLD_ROW, { name: ROWS[k], divisor, total }));
    text.update(tell(TOLD, { shape: `[${SHAPES[form]}]`, weights: given, rows: told.join(", ") }));
  }
  const bound = bind(model, schema, draw);
  return bound.stop;
}
