// The sampled softmax loss over many draws, and its gradient, against the exact ones.
import { softmaxCrossEntropy, softmaxGradient, sum, mulberry32, meanWithin } from "./machinery/numerics.js";
import {
  h,
  fill,
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
} from "./machinery/toolkit.js";
import {
  schema,
  ACROSS_REACH,
  ALONG_REACH,
  BATCH,
  CLASSES,
  CORRECTIONS,
  DRAWS,
  HITS,
  LOSS_REACH,
  SAMPLERS,
  SIZES,
  TOLD,
} from "./sampled_softmax.py";

const ids = Array.from({ length: CLASSES }, (_, c) => c);

const counts = ids.map((c) => Math.floor(1000 / (c + 1))),
  total = sum(counts);
const logits = counts.map((n) => 0.5 * Math.log(n));
const e = logits.map(Math.exp);
const cumulated = (values) => {
  let soFar = 0;
  return values.map((v) => (soFar += v));
};

// How many of the batch's labels each class has: labels stand at equal steps of the cumulated counts.
const labels = ids.map(() => 0);
for (let i = 0, ends = cumulated(counts); i < BATCH; i++)
  labels[ends.findIndex((end) => end >= ((i + 0.5) / BATCH) * total)]++;
const labelled = ids.filter((c) => labels[c]);
const shares = labels.map((n) => n / BATCH);
const exact = { loss: softmaxCrossEntropy(shares, logits), gradient: softmaxGradient(shares, logits) };
const size = Math.hypot(...exact.gradient);

const probabilities = {
  uniform: ids.map(() => 1 / CLASSES),
  log_uniform: ids.map((c) => Math.log1p(1 / (c + 1)) / Math.log1p(CLASSES)),
  unigram: counts.map((n) => n / total),
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

// Mean loss and gradient of the batch for one draw. All examples share their logits here, so they share the sum too.
function estimate({ drawn, found }, n, p, logMiss, correction, removeHits) {
  const tries = found[n - 1],
    sampled = drawn.slice(0, n);
  const expected = (c) => (tries === n ? n * p[c] : -Math.expm1(tries * logMiss[c]));
  const weight = new Float64Array(CLASSES),
    gradient = new Float64Array(CLASSES);
  let all = 0,
    loss = 0,
    inverses = 0;
  for (const c of sampled) all += weight[c] = correction === "none" ? e[c] : e[c] / expected(c);
  for (const t of labelled) {
    const truth = correction === "both" ? e[t] / expected(t) : e[t];
    const hit = removeHits ? weight[t] : 0; // zero where the class was not drawn
    const z = truth + all - hit,
      share = shares[t] / z;
    loss += shares[t] * Math.log(z / truth);
    gradient[t] += share * truth - shares[t] - hit * share;
    inverses += share;
  }
  for (const c of sampled) gradient[c] += weight[c] * inverses;
  return { loss, gradient };
}

const dot = (a, b) => {
  let total = 0;
  for (let c = 0; c < CLASSES; c++) total += a[c] * b[c];
  return total;
};

// How far a gradient is along the exact one and across it, in units of its size; its angle and its error.
function off(gradient) {
  const along = dot(gradient, exact.gradient) / size ** 2;
  const across = Math.hypot(...Array.from(gradient, (g, c) => g - along * exact.gradient[c])) / size;
  return { along, across, angle: (Math.atan2(across, along) * 180) / Math.PI, error: Math.hypot(along - 1, across) };
}

// What 300 draws of a state come to, once for each.
const known = new Map();
function compute(...state) {
  const key = JSON.stringify(state);
  if (!known.has(key)) known.set(key, computed(...state));
  return known.get(key);
}

function computed(n, correction, removeHits, sampler) {
  const p = probabilities[sampler],
    logMiss = p.map((v) => Math.log1p(-v));
  const estimates = draws(sampler).map((d) => estimate(d, n, p, logMiss, correction, removeHits));
  const losses = estimates.map((d) => d.loss),
    one = estimates.map((d) => off(d.gradient));
  const added = new Float64Array(CLASSES);
  for (const { gradient } of estimates) for (let c = 0; c < CLASSES; c++) added[c] += gradient[c];
  const mean = off(added.map((g) => g / DRAWS));
  const others = estimates.map(({ gradient }) => off(added.map((g, c) => (g - gradient[c]) / (DRAWS - 1))));
  // Across: along the one direction, square to the exact gradient, in which the mean of all draws is off. So a draw
  // lies on one side or the other, and the mean in the middle of all.
  const aside = added.map((g, c) => g / DRAWS - mean.along * exact.gradient[c]),
    length = mean.across * size;
  const sides = estimates.map(({ gradient }) => (length ? dot(gradient, aside) / length / size : 0));
  const now = { losses, one, mean, sides, exact: exact.loss, loss: meanWithin(losses) };
  for (const measure of ["angle", "error"]) {
    now[`${measure}_one`] = meanWithin(one.map((d) => d[measure]));
    // The jackknife: what leaving out each draw does to the mean of the rest tells how sure the mean is.
    const rest = others.map((d) => d[measure]),
      middle = sum(rest) / DRAWS;
    const spread = Math.sqrt(((DRAWS - 1) / DRAWS) * sum(rest.map((v) => (v - middle) ** 2)));
    now[`${measure}_mean`] = { mean: mean[measure], within: 1.96 * spread };
  }
  return now;
}

const SIZE = { width: 330, height: 240, left: 36, bottom: 42 };
const between = (v, [low, high]) => Math.min(high, Math.max(low, v));

// A bar for each tenth of a nat, the mean with its interval, and the exact loss.
function lossPicture(now, before) {
  const { x, base, parts } = axes({
    ...SIZE,
    x: { range: LOSS_REACH, ticks: [0, 1, 2, 3, 4, 5, 6], name: "loss, in nats" },
  });
  const bins = new Array(60).fill(0);
  for (const v of now.losses) bins[Math.min(59, Math.floor(between(v, LOSS_REACH) * 10))]++;
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

// A dot for each draw's gradient, the exact one as a cross, the mean as a ring.
function gradientPicture(now, before) {
  // A step across is as long as one along.
  const { x, y, base, parts } = axes({
    ...SIZE,
    x: { range: ALONG_REACH, ticks: [-1, 0, 1, 2, 3], name: "along the exact gradient" },
    y: { range: ACROSS_REACH, ticks: [-1, 0, 1], name: "across it" },
  });
  const at = (along, side) => ({ cx: x(between(along, ALONG_REACH)), cy: y(between(side, ACROSS_REACH)) });
  const ring = (of, name) => h("svg:circle", { class: name, r: 6, ...at(of.mean.along, of.mean.across) });
  const told = at(now.mean.along, now.mean.across),
    left = now.mean.along < 1;
  return [
    h("svg:path", { class: "xe-axis", d: `M${x(0)} ${base}V12M${x(ALONG_REACH[0])} ${y(0)}H${x(ALONG_REACH[1])}` }),
    ...now.one.map((d, i) => h("svg:circle", { class: "xe-dot-gradient", r: 2.2, ...at(d.along, now.sides[i]) })),
    h("svg:path", { class: "xe-cursor", d: `M${x(1) - 8} ${y(0)}h16m-8 -8v16` }),
    label(x(1) + 12, y(0) + 17, "exact"),
    before ? ring(before, "xe-mark xe-ghost") : "",
    ring(now, "xe-ring"),
    label(told.cx + (left ? -10 : 10), told.cy - 9, "mean", left ? "end" : "start"),
    ...parts,
  ];
}

const STRIP = { width: COLUMN, height: 150, left: 46, right: 60, bottom: 38 };
const SAMPLES = axes({
  ...STRIP,
  x: { range: [1, 64], ticks: SIZES, log: true, name: "classes drawn, num_sampled: drag the line", say: String },
  y: { range: LOSS_REACH, ticks: [0, 2, 4, 6], name: "loss" },
});

// The mean loss at the numbers of classes that the reader has been to, and the exact one.
function strip(n, seen, before) {
  const { x, y, base, parts } = SAMPLES,
    at = x(n),
    line = y(exact.loss);
  return [
    ...parts,
    h("svg:path", { class: "xe-cursor xe-dashed", d: `M${x(1)} ${line}H${x(64)}` }),
    label(x(64) + 10, line + 4, "exact"),
    before && before !== n ? h("svg:path", { class: "xe-cursor xe-ghost", d: `M${x(before)} 8V${base}` }) : "",
    h("svg:path", { class: "xe-cursor", d: `M${at} 8V${base}` }),
    ...[...seen].map(([k, mean]) =>
      h("svg:circle", { class: "xe-fill-softmax", r: 5, cx: x(k), cy: y(between(mean, LOSS_REACH)) }),
    ),
    h("svg:circle", { class: "xe-knob", cx: at, cy: base, r: 9 }),
    h("svg:path", { class: "xe-grip", d: `M${at - 3} ${base - 4}v8M${at + 3} ${base - 4}v8` }),
  ];
}

export function render({ model, el }) {
  const num = steps({
    label: "classes drawn, num_sampled",
    of: schema.num_sampled,
    onInput: (v) => bound.change("num_sampled", v),
  });
  const correction = choice({
    label: "log Q comes off",
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
  const { width, height } = SIZE,
    loss = picture(width, height),
    gradient = picture(width, height),
    drawn = picture(STRIP.width, STRIP.height);
  const cell = () => h("span", { class: "xe-number" });
  const cells = Array.from({ length: 11 }, cell);
  const pair = (i) => h("td", {}, cells[i], " ± ", cells[i + 1]);
  const head = (text, scope = "row") => h("th", { scope }, text);
  const table = h(
    "table",
    { class: "xe-table" },
    h("caption", { class: "xe-hidden" }, "Estimates and 95% confidence intervals"),
    h("thead", {}, h("tr", {}, head("gradient", "col"), head("degrees off", "col"), head("relative error", "col"))),
    h(
      "tbody",
      {},
      h("tr", {}, head("of one draw"), pair(3), pair(5)),
      h("tr", {}, head(`mean of ${DRAWS} draws`), pair(7), pair(9)),
    ),
  );
  const text = spoken();
  fill(
    el,
    "xe-sampled-softmax",
    h("div", { class: "xe-pair" }, loss, gradient),
    drawn,
    h("div", { class: "xe-controls" }, num.element, correction.element, hits.element, sampler.element),
    h("p", {}, "loss: mean ", cells[0], " ± ", cells[1], ", exact ", cells[2]),
    table,
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
    drawn.replaceChildren(...strip(settings.num_sampled, seen, old?.num_sampled));
    const pairs = [now.angle_one, now.error_one, now.angle_mean, now.error_mean];
    [now.loss.mean, now.loss.within, now.exact].forEach((v, i) => show(cells[i], v, 3));
    pairs.forEach(({ mean, within }, i) =>
      [mean, within].forEach((v, j) => show(cells[3 + 2 * i + j], v, i % 2 ? 2 : 1)),
    );
    loss.replaceChildren(...lossPicture(now, before));
    gradient.replaceChildren(...gradientPicture(now, before));
    num.update(state[0]);
    correction.update(state[1]);
    hits.update(state[2]);
    sampler.update(state[3]);
    const told = {
      loss: now.loss,
      angle_one: now.angle_one,
      error_one: now.error_one,
      angle_mean: now.angle_mean,
      error_mean: now.error_mean,
    };
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
      }),
    );
  }
  const bound = bind(model, schema, draw);
  held(drawn, {
    grasp: () => num.input,
    move: (at) => {
      const off = (n) => Math.abs(SAMPLES.x(n) - at);
      bound.change(
        "num_sampled",
        SIZES.reduce((best, n) => (off(n) < off(best) ? n : best)),
      );
    },
  });
  return bound.stop;
}
