// The sampled softmax loss over many draws, and its gradient, against the exact ones.
import { softmaxCrossEntropy, softmaxGradient, sum, mulberry32, meanWithin, dot } from "./machinery/numerics.js";
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
  scale,
  picture,
  axes,
  label,
  held,
  bind,
  COLUMN,
  knob,
  nearestOption,
} from "./machinery/toolkit.js";
import {
  schema,
  ACROSS_REACH,
  AFTER_SAN,
  ALONG_REACH,
  CLASSES,
  CORRECTIONS,
  DRAWS,
  FREQUENCIES,
  HITS,
  LOSS_REACH,
  MODELS,
  SAMPLERS,
  SIZES,
  TOLD,
} from "./sampled_softmax.py";

const ids = Array.from({ length: CLASSES }, (_, c) => c);

const half = FREQUENCIES.map((f, c) => Math.log(f * AFTER_SAN[c]) / 2);
const logits = { half, rest: AFTER_SAN.map(Math.log) };
const cumulated = (values) => {
  let soFar = 0;
  return values.map((v) => (soFar += v));
};

// The half-trained model's exact gradient is the direction, and its length the unit, of all that is shown.
const direction = softmaxGradient(AFTER_SAN, half),
  unit = Math.hypot(...direction);
const exactLoss = (model) => softmaxCrossEntropy(AFTER_SAN, logits[model]);
const goal = (model) => (model === "half" ? 1 : 0); // how far along the exact gradient is

const probabilities = {
  uniform: ids.map(() => 1 / CLASSES),
  log_uniform: ids.map((c) => Math.log1p(1 / (c + 1)) / Math.log1p(CLASSES)),
  unigram: FREQUENCIES,
};

// Every draw of a sampler, once: different classes in the order of drawing, and the tries after which each was found.
// A smaller sample is the beginning of a larger one.
const drawnFrom = {};
function draws(sampler) {
  return (drawnFrom[sampler] ??= Array.from({ length: DRAWS }, (_, seed) => {
    const uniform = mulberry32(seed),
      ends = cumulated(probabilities[sampler]),
      drawn = [],
      found = [];
    for (let tries = 1; drawn.length < SIZES.at(-1); tries++) {
      const u = uniform();
      let low = 0,
        high = CLASSES - 1; // the first class whose cumulated probability passes u
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ends[middle] > u) high = middle;
        else low = middle + 1;
      }
      if (drawn.includes(low)) continue;
      drawn.push(low);
      found.push(tries);
    }
    return { drawn, found };
  }));
}

// Mean loss over the labels and its gradient for one draw. All labels share the logits, so they share the sum too.
function estimate({ drawn, found }, n, e, p, logMiss, correction, removeHits) {
  const tries = found[n - 1],
    sampled = drawn.slice(0, n);
  const expected = (c) => (tries === n ? n * p[c] : -Math.expm1(tries * logMiss[c]));
  const weight = new Float64Array(CLASSES),
    gradient = new Float64Array(CLASSES);
  let all = 0,
    loss = 0,
    inverses = 0;
  for (const c of sampled) all += weight[c] = correction === "none" ? e[c] : e[c] / expected(c);
  for (const t of ids) {
    const truth = correction === "both" ? e[t] / expected(t) : e[t];
    const hit = removeHits ? weight[t] : 0; // zero where the class was not drawn
    const z = truth + all - hit,
      share = AFTER_SAN[t] / z;
    loss += AFTER_SAN[t] * Math.log(z / truth);
    gradient[t] += share * truth - AFTER_SAN[t] - hit * share;
    inverses += share;
  }
  for (const c of sampled) gradient[c] += weight[c] * inverses;
  return { loss, gradient };
}

// How far a gradient is along the direction and across it.
function off(gradient) {
  const along = dot(gradient, direction) / unit ** 2;
  let across = 0;
  for (let c = 0; c < CLASSES; c++) across += (gradient[c] - along * direction[c]) ** 2;
  return { along, across: Math.sqrt(across) / unit };
}

// What 300 draws of a state come to, once for each.
const known = new Map();
function compute(...state) {
  const key = JSON.stringify(state);
  if (!known.has(key)) known.set(key, computed(...state));
  return known.get(key);
}

function computed(n, correction, removeHits, sampler, model) {
  const p = probabilities[sampler],
    logMiss = p.map((v) => Math.log1p(-v)),
    e = logits[model].map(Math.exp);
  const estimates = draws(sampler).map((d) => estimate(d, n, e, p, logMiss, correction, removeHits));
  const losses = estimates.map((d) => d.loss),
    one = estimates.map((d) => off(d.gradient));
  const added = new Float64Array(CLASSES);
  for (const { gradient } of estimates) for (let c = 0; c < CLASSES; c++) added[c] += gradient[c];
  const mean = off(added.map((g) => g / DRAWS));
  const others = estimates.map(({ gradient }) => off(added.map((g, c) => (g - gradient[c]) / (DRAWS - 1))));
  // Across: along the one direction, square to the exact gradient, in which the mean of all draws is off. So a draw
  // lies on one side or the other, and the mean in the middle of all.
  const aside = added.map((g, c) => g / DRAWS - mean.along * direction[c]),
    length = mean.across * unit;
  const sides = estimates.map(({ gradient }) => (length ? dot(gradient, aside) / length / unit : 0));
  const error = ({ along, across }) => Math.hypot(along - goal(model), across);
  // The jackknife: what leaving out each draw does to the mean of the rest tells how sure the mean is.
  const rest = others.map(error),
    middle = sum(rest) / DRAWS,
    spread = Math.sqrt(((DRAWS - 1) / DRAWS) * sum(rest.map((v) => (v - middle) ** 2)));
  return {
    losses,
    one,
    mean,
    sides,
    exact: exactLoss(model),
    goal: goal(model),
    loss: meanWithin(losses),
    error_one: meanWithin(one.map(error)),
    error_mean: { mean: error(mean), within: 1.96 * spread },
  };
}

// The gradients are what the question is about: their picture is the larger one.
const NARROW = COLUMN < 500,
  PULLS = { width: 380, height: 270, left: 36, bottom: 42 },
  LOSSES = { width: NARROW ? 360 : 230, height: NARROW ? 170 : 270, left: 14, bottom: 42 };
const between = (v, [low, high]) => Math.min(high, Math.max(low, v));

// A bar for each tenth of a nat, the mean with its interval, and the exact loss.
function lossPicture(now, before) {
  const { x, base, parts } = axes({
    ...LOSSES,
    x: { range: LOSS_REACH, ticks: [0, 1, 2, 3, 4], name: "loss, in nats" },
  });
  const bins = new Array(40).fill(0);
  for (const v of now.losses) bins[Math.min(39, Math.floor(between(v, LOSS_REACH) * 10))]++;
  const y = scale([0, Math.max(...bins)], [0, base - 40]);
  const { mean, within } = now.loss;
  const from = x(mean - within),
    to = x(mean + within);
  // The two lines' names keep out of each other's way.
  const meanLeft = mean <= now.exact,
    room = (v, left) => (left ? x(v) - 6 : x(v) + 6);
  return [
    ...bins.map((n, i) =>
      n
        ? h("svg:rect", {
            class: "xe-fill-softmax",
            x: x(i / 10) + 0.5,
            width: x(0.1) - x(0) - 1,
            y: base - y(n),
            height: y(n),
          })
        : "",
    ),
    before ? h("svg:path", { class: "xe-line-label xe-ghost", d: `M${x(before.loss.mean)} ${base}V22` }) : "",
    h("svg:path", { class: "xe-cursor", d: `M${x(now.exact)} ${base}V14` }),
    label(room(now.exact, !meanLeft), 24, "exact", meanLeft ? "start" : "end"),
    h("svg:path", { class: "xe-line-label", d: `M${x(mean)} ${base}V22M${from} 22H${to}M${from} 17v10M${to} 17v10` }),
    label(room(mean - within, meanLeft), 24, "mean", meanLeft ? "end" : "start"),
    ...parts,
  ];
}

const tenths = (v) => format(v, v % 1 ? 1 : 0);

const MEAN = "xe-big xe-fill-label";

// A dot for each draw's gradient, the exact one as a cross, the mean as a ring.
function gradientPicture(now, before) {
  // A step across is as long as one along.
  const { x, y, base, parts } = axes({
    ...PULLS,
    x: { range: ALONG_REACH, ticks: [-0.5, 0, 0.5, 1, 1.5], say: tenths, name: "along the gradient" },
    y: { range: ACROSS_REACH, ticks: [-0.5, 0, 0.5], say: tenths, name: "across it" },
  });
  const at = (along, side) => ({ cx: x(between(along, ALONG_REACH)), cy: y(between(side, ACROSS_REACH)) });
  const ring = (of, name) => h("svg:circle", { class: name, r: 8, ...at(of.mean.along, of.mean.across) });
  const told = at(now.mean.along, now.mean.across),
    left = now.mean.along < now.goal;
  return [
    h("svg:path", { class: "xe-axis", d: `M${x(0)} ${base}V12M${x(ALONG_REACH[0])} ${y(0)}H${x(ALONG_REACH[1])}` }),
    ...now.one.map((d, i) => h("svg:circle", { class: "xe-dot-gradient", r: 2.2, ...at(d.along, now.sides[i]) })),
    h("svg:path", { class: "xe-cursor", d: `M${x(now.goal) - 8} ${y(0)}h16m-8 -8v16` }),
    label(x(now.goal) + 12, y(0) + 17, now.goal ? "exact" : "exact: 0"),
    before ? ring(before, "xe-mark xe-ghost") : "",
    h("svg:path", { class: "xe-line-label", d: `M${x(now.goal)} ${y(0)}L${told.cx} ${told.cy}` }),
    ring(now, "xe-ring"),
    h(
      "svg:text",
      { x: told.cx + (left ? -13 : 13), y: told.cy - 9, "text-anchor": left ? "end" : "start", class: MEAN },
      `mean: ${format(now.error_mean.mean, 2)} off`,
    ),
    ...parts,
  ];
}

const STRIP = { width: COLUMN, height: 150, left: 46, right: 60, bottom: 38 };
const SAMPLES = axes({
  ...STRIP,
  x: { range: [1, 64], ticks: SIZES, log: true, name: "classes drawn, num_sampled: drag the line", say: String },
  y: { range: LOSS_REACH, ticks: [0, 2, 4], name: "loss" },
});

// The mean loss at the numbers of classes that the reader has been to, and the exact one.
function strip(n, exact, seen, before) {
  const { x, y, base, parts } = SAMPLES,
    at = x(n),
    line = y(exact);
  return [
    ...parts,
    h("svg:path", { class: "xe-cursor xe-dashed", d: `M${x(1)} ${line}H${x(64)}` }),
    label(x(64) + 10, line + 4, "exact"),
    before && before !== n ? h("svg:path", { class: "xe-cursor xe-ghost", d: `M${x(before)} 8V${base}` }) : "",
    h("svg:path", { class: "xe-cursor", d: `M${at} 8V${base}` }),
    ...[...seen].map(([k, mean]) =>
      h("svg:circle", { class: "xe-fill-softmax", r: 5, cx: x(k), cy: y(between(mean, LOSS_REACH)) }),
    ),
    ...knob(at, base),
  ];
}

export function render({ model, el }) {
  const num = steps({
    label: "classes drawn, num_sampled",
    of: schema.num_sampled,
    onInput: (v) => bound.change("num_sampled", v),
  });
  const correction = choice({
    label: "subtract log Q from",
    options: [
      ["none", "no logits"],
      ["sampled", "sampled"],
      ["both", "true and sampled"],
    ],
    onInput: (v) => bound.change("correction", v),
  });
  const hits = checkbox({
    label: "remove accidental hits",
    onInput: (on) => bound.change("remove_accidental_hits", on),
  });
  const sampler = choice({
    label: "sampler",
    options: Object.entries(SAMPLERS),
    onInput: (v) => bound.change("sampler", v),
  });
  const trained = choice({
    label: "model",
    options: Object.entries(MODELS),
    onInput: (v) => bound.change("model", v),
  });
  const [loss, gradient] = [LOSSES, PULLS].map(({ width, height }) => picture(width, height)),
    drawn = picture(STRIP.width, STRIP.height);
  const cell = () => h("span", { class: "xe-number" });
  const cells = Array.from({ length: 7 }, cell);
  const pair = (i) => [cells[i], " ± ", cells[i + 1]];
  const text = spoken(),
    controls = [num, correction, hits, sampler, trained];
  fill(
    el,
    "xe-sampled-softmax",
    h("div", { class: "xe-samples" }, gradient, correction.element, loss),
    drawn,
    h("div", { class: "xe-controls" }, ...[num, hits, sampler, trained].map((c) => c.element)),
    h("p", {}, "loss: mean ", ...pair(0), ", exact ", cells[2]),
    h("p", {}, "error of one draw’s gradient ", ...pair(3), `, of the mean of ${DRAWS} `, ...pair(5)),
    text.element,
  );

  // The mean loss at each number of classes that the reader has been to, with all else as it is.
  let seen = new Map(),
    under = "";
  function draw(settings, old) {
    const state = Object.values(settings),
      now = compute(...state),
      key = JSON.stringify(state.slice(1));
    const before = old ? compute(...Object.values(old)) : null;
    if (under !== key) [seen, under] = [new Map(), key];
    seen.set(settings.num_sampled, now.loss.mean);
    drawn.replaceChildren(...strip(settings.num_sampled, now.exact, seen, old?.num_sampled));
    [now.loss.mean, now.loss.within, now.exact].forEach((v, i) => show(cells[i], v, 3));
    [now.error_one, now.error_mean].forEach(({ mean, within }, i) =>
      [mean, within].forEach((v, j) => show(cells[3 + 2 * i + j], v, 2)),
    );
    loss.replaceChildren(...lossPicture(now, before));
    gradient.replaceChildren(...gradientPicture(now, before));
    controls.forEach((control, i) => control.update(state[i]));
    const told = { loss: now.loss, error_one: now.error_one, error_mean: now.error_mean };
    const values = Object.fromEntries(
      Object.entries(told).flatMap(([name, { mean, within }]) => [
        [name, mean],
        [`${name}_within`, within],
      ]),
    );
    text.update(
      tell(TOLD, {
        ...values,
        exact: now.exact,
        n: state[0],
        classes: CLASSES,
        draws: DRAWS,
        correction: CORRECTIONS[state[1]],
        hits: HITS[state[2]],
        sampler: SAMPLERS[state[3]],
        model: MODELS[state[4]],
      }),
    );
  }
  const bound = bind(model, schema, draw);
  held(drawn, {
    grasp: () => num.input,
    move: (at) => bound.change("num_sampled", nearestOption(SIZES, SAMPLES.x, at)),
  });
  return bound.stop;
}
