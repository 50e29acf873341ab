// Eight losses, their weights, and how hard each example pulls at the model under each reduction.
import { sum } from "./machinery/numerics.js";
import { h, set, fill, format, tell, show, slider, choice, spoken, scale, bind } from "./machinery/toolkit.js";
import { schema, DEFAULT, P, PRESETS, PULL_REACH, REDUCTIONS, ROWS, SHAPES, TOLD, TOLD_ROW } from "./weighting.py";

const losses = P.map((p) => -Math.log(p)),
  N = P.length,
  COLUMN = 40,
  HEIGHT = 60;

// For each row by what it divides the weighted sum, what comes out, and w/d, the pull of each example.
function compute({ weights, shape }) {
  const given = shape === "each" ? weights : weights.slice(0, 1);
  const all = shape === "each" ? weights : Array(N).fill(weights[0]);
  const nonzero = (w) => w.filter((v) => v !== 0).length;
  const total = sum(losses.map((loss, i) => loss * all[i]));
  const divisors = [1, N, nonzero(all), sum(all), nonzero(given) * (shape === "scalar" ? N : 1)];
  return { given, all, rows: divisors.map((d) => [d, d ? total / d : 0, all.map((w) => (d ? w / d : 0))]) };
}

// The pulls of one reduction: a bar for each example, and an outline where it was before.
function pullRow(name, reach) {
  const y = scale([0, reach], [HEIGHT - 1, 6]),
    at = (v) => Math.max(1, y(v));
  const bars = losses.map((_, i) =>
    h("svg:rect", { class: "xe-fill-gradient xe-number", x: i * COLUMN + 6, width: COLUMN - 12 }),
  );
  const ghosts = losses.map((_, i) =>
    h("svg:rect", { class: "xe-mark xe-ghost", x: i * COLUMN + 6, width: COLUMN - 12 }),
  );
  const beyond = losses.map((_, i) => h("svg:path", { class: "xe-best" }));
  const drawing = h(
    "svg:svg",
    { viewBox: `0 0 ${N * COLUMN} ${HEIGHT}`, "aria-hidden": "true", preserveAspectRatio: "none" },
    h("svg:path", { class: "xe-axis", d: `M0 ${HEIGHT - 0.5}H${N * COLUMN}` }),
    ...bars,
    ...ghosts,
    ...beyond,
  );
  const divisor = h("span", { class: "xe-number" }),
    result = h("span", { class: "xe-number" });
  const title = h("strong", {}, ...name.split("_").flatMap((part, k) => (k ? ["_", h("wbr"), part] : [part])));
  const head = h("p", {}, title, name === DEFAULT ? " (default)" : "", h("span", {}, "÷ ", divisor, ", loss ", result));
  return {
    element: h("div", { class: "xe-pull" }, head, drawing),
    update([d, total, pulls], old) {
      show(divisor, d, 1);
      show(result, total);
      pulls.forEach((pull, i) => {
        bars[i].dataset.value = pull;
        set(bars[i], { y: at(pull), height: HEIGHT - at(pull) });
        set(ghosts[i], { y: old ? at(old[2][i]) : 0, height: old ? HEIGHT - at(old[2][i]) : 0 });
        set(beyond[i], { d: pull > reach ? `M${(i + 0.5) * COLUMN} 0l6 6h-12z` : "" });
      });
    },
  };
}

export function render({ model, el }) {
  const preset = choice({
    label: "weights",
    onInput: (name) => bound.change("weights", [...PRESETS[name]]),
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
  const weights = losses.map((loss, i) => {
    const made = slider({
      label: `weight of example ${i + 1}`,
      of: schema.weights.item,
      hideLabel: true,
      onInput: (v) =>
        bound.change(
          "weights",
          model.get("weights").map((old, k) => (k === i ? v : old)),
        ),
    });
    made.element.classList.add("xe-upright");
    made.element.append(h("span", { class: "xe-quiet" }, `loss ${format(loss, 2)}`));
    return made;
  });
  const pulls = REDUCTIONS.map((name, k) => pullRow(name, PULL_REACH[k]));
  const contrib = { divisor: h("strong", {}), result: h("strong", {}) };
  const more = h(
    "details",
    { class: "xe-more" },
    h("summary", {}, "Weights of another shape, and contrib"),
    shape.element,
    h("p", {}, "contrib’s mean: ÷ ", contrib.divisor, ", loss ", contrib.result),
  );
  const text = spoken();
  fill(
    el,
    "xe-weighting",
    h("div", { class: "xe-controls" }, preset.element),
    h("p", { class: "xe-quiet" }, "The weights of eight examples: drag them"),
    h("div", { class: "xe-weights" }, ...weights.map((each) => each.element)),
    h("p", { class: "xe-quiet" }, "How hard each example pulls at the model: weight ÷ divisor"),
    ...pulls.map((each) => each.element),
    more,
    text.element,
  );

  function draw(state, before) {
    const { given, all, rows } = compute(state),
      old = before && compute(before);
    preset.update(Object.keys(PRESETS).find((name) => PRESETS[name].every((w, i) => w === state.weights[i])));
    shape.update(state.shape);
    if (state.shape !== "each") more.open = true;
    weights.forEach((each, i) => {
      each.input.disabled = i >= given.length; // where one weight serves all, only the first is held
      each.update(all[i]);
    });
    pulls.forEach((each, k) => each.update(rows[k], old?.rows[k]));
    show(contrib.divisor, rows.at(-1)[0], 1);
    show(contrib.result, rows.at(-1)[1]);
    const told = rows.map(([divisor, total], k) => tell(TOLD_ROW, { name: ROWS[k], divisor, total }));
    text.update(tell(TOLD, { shape: `[${SHAPES[state.shape]}]`, weights: given, rows: told.join(", ") }));
  }
  const bound = bind(model, schema, draw);
  return bound.stop;
}
