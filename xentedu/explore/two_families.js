// The same logits under both families: the losses and how low they can go, probabilities, and where the gradient pulls.
import {
  sigmoid,
  softmax,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  sigmoidGradient,
  softmaxGradient,
  sum,
} from "./machinery/numerics.js";
import {
  h,
  set,
  fill,
  format,
  tell,
  show,
  slider,
  checkbox,
  spoken,
  scale,
  picture,
  label,
  bind,
  COLUMN,
} from "./machinery/toolkit.js";
import { schema, LOSS_REACH, NAMES, TOLD, TOLD_LOSS, TOLD_NO_LOSS, TOLD_NONE } from "./two_families.py";

const REACH = schema.logits.item.high,
  FAMILIES = ["softmax", "sigmoid"];
const WIDTH = 150,
  HEIGHT = 32,
  x = scale([0, 1], [8, WIDTH - 8]);
const loss = scale(LOSS_REACH, [0, COLUMN - 8]),
  ROW = 66;

function compute(logits, labels) {
  const on = sum(labels),
    shares = labels.map((y) => y / on); // softmax labels share one unit
  return {
    on,
    shares,
    softmax: {
      p: softmax(logits),
      label: shares,
      // With no label on there is no loss: the library refuses labels that do not sum to one.
      gradient: on ? softmaxGradient(shares, logits) : null,
      loss: on ? softmaxCrossEntropy(shares, logits) : null,
      floor: on ? Math.log(on) : null,
    },
    sigmoid: {
      p: logits.map(sigmoid),
      label: labels,
      gradient: sigmoidGradient(labels, logits),
      loss: sum(sigmoidCrossEntropy(labels, logits)),
      floor: 0,
    },
  };
}

// A probability as a bar, its label as a ring, and an arrow from one to the other: minus the gradient.
function meter(family) {
  const bar = h("svg:rect", { class: `xe-fill-${family}`, x: x(0), y: 2, height: 13, rx: 2 });
  const ghost = h("svg:path", { class: "xe-mark xe-ghost" });
  const ring = h("svg:circle", { class: "xe-ring", cy: 24, r: 5.5 });
  const arrow = h("svg:path", { class: "xe-arrow" });
  const drawing = h(
    "svg:svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    h("svg:rect", { class: "xe-track", x: x(0), y: 2, width: x(1) - x(0), height: 13, rx: 2 }),
    bar,
    ghost,
    arrow,
    ring,
  );
  const probability = h("span", { class: "xe-number" });
  return {
    element: h("div", { class: `xe-meter xe-${family}` }, drawing, probability),
    update({ p, label: labels, gradient }, k, before) {
      const to = x(labels[k]),
        from = x(p[k]),
        tip = Math.sign(to - from) * Math.min(6, Math.abs(to - from));
      set(bar, { width: Math.max(0, from - x(0)) });
      set(ghost, { d: before ? `M${x(before.p[k])} 0v17` : "" });
      show(probability, p[k]);
      ring.style.display = arrow.style.display = gradient ? "" : "none";
      if (!gradient) return;
      set(ring, { cx: to });
      set(arrow, { d: `M${from} 24H${to - tip}M${to} 24l${-tip} -4v8z` });
    },
  };
}

// The loss of a family as a bar: its floor, what it was before, and the lowest that the reader has brought it to.
function lossBar(family, top) {
  const y = top + 22,
    bar = h("svg:rect", { class: `xe-fill-${family}`, x: 0, y, height: 20, rx: 2 });
  const track = h("svg:rect", { class: "xe-track", x: 0, y, width: COLUMN - 8, height: 20, rx: 2 });
  const ghost = h("svg:rect", { class: "xe-mark xe-ghost", x: 0, y, height: 20, rx: 2 });
  const value = h("svg:tspan", { class: "xe-number" }),
    beyond = h("svg:tspan", {});
  const name = h("svg:text", { x: 0, y: top + 16, class: `xe-big xe-fill-${family}` });
  const bottom = h("svg:tspan", { class: "xe-number" }),
    before = h("svg:tspan", {});
  const floor = h("svg:path", { class: "xe-cursor xe-dashed" }),
    told = h("svg:text", { y: y + 36 });
  const lowest = h("svg:path", { class: "xe-best" }),
    best = h("svg:text", { y: top + 16, "text-anchor": "end" });
  const answer = h("svg:g", { class: "xe-answer" }, floor, told);
  return {
    parts: [track, bar, ghost, lowest, name, best, answer],
    update(now, old, low, on) {
      const known = now.loss !== null,
        end = (v) => Math.min(loss(v), COLUMN - 8);
      const refused = h("svg:tspan", { class: "xe-answer" }, TOLD_NO_LOSS);
      name.replaceChildren(`${family} `, ...(known ? ["loss ", value, beyond] : [refused]));
      told.replaceChildren(...(known ? [before, bottom] : []));
      show(value, now.loss);
      beyond.textContent = now.loss > LOSS_REACH[1] ? " →" : "";
      set(bar, { width: known ? end(now.loss) : 0 });
      set(ghost, { width: old && old.loss !== null ? end(old.loss) : 0 });
      show(bottom, now.floor);
      before.textContent = family === "softmax" && on > 1 ? `floor: log ${on} = ` : "floor: ";
      const at = known ? loss(now.floor) : 0;
      set(floor, { d: known ? `M${at} ${y - 3}v28` : "" });
      set(told, { x: at });
      const reached = known && Number.isFinite(low) && low < LOSS_REACH[1];
      set(lowest, { d: reached ? `M${loss(low)} ${y}l-5 -7h10z` : "" });
      best.textContent = reached ? `▾ lowest so far ${format(low, 3)}` : "";
      set(best, { x: COLUMN - 8 });
    },
  };
}

export function render({ model, el }) {
  const rows = NAMES.map((name, k) => {
    const logit = slider({
      label: `logit of ${name}`,
      of: schema.logits.item,
      hideLabel: true,
      onInput: (v) => replace("logits", k, v),
    });
    const ticked = checkbox({ label: name, onInput: (on) => replace("labels", k, on ? 1 : 0) });
    ticked.input.setAttribute("aria-label", `label: ${name}`);
    const meters = FAMILIES.map(meter);
    logit.element.classList.add("xe-bar");
    const parts = [ticked.element, logit.element, ...meters.map((each) => each.element)];
    return { logit, ticked, meters, element: h("div", { class: "xe-row" }, ...parts) };
  });
  const totals = FAMILIES.map((family) => {
    const all = h("span", { class: "xe-number" }),
      note = h("span", { class: "xe-note" });
    const element = h("div", { class: `xe-total xe-${family}` }, h("p", {}, `${family} p, sum `, all), note);
    return { all, note, element };
  });
  const bars = FAMILIES.map((family, k) => lossBar(family, k * ROW)),
    drawing = picture(COLUMN, 2 * ROW);
  drawing.append(...bars.flatMap(({ parts }) => parts));
  const text = spoken();
  const heads = [h("span", {}, "label"), h("span", {}, "logit: drag it"), ...totals.map(({ element }) => element)];
  fill(
    el,
    "xe-two-families",
    drawing,
    h("div", { class: "xe-row xe-head" }, ...heads),
    ...rows.map((row) => row.element),
    text.element,
  );

  const replace = (name, k, value) =>
    bound.change(
      name,
      model.get(name).map((old, j) => (j === k ? value : old)),
    );

  // The lowest that each loss has come to with these labels.
  let lowest = {},
    under = "";
  function draw({ logits, labels }, old) {
    if (logits.length !== labels.length) return; // the second half of the same change is on its way
    const now = compute(logits, labels);
    const comparable = old && String(old.labels) === String(labels) && old.logits.length === logits.length;
    const before = comparable ? compute(old.logits, old.labels) : null;
    if (under !== String(labels)) [lowest, under] = [{ softmax: Infinity, sigmoid: Infinity }, String(labels)];
    FAMILIES.forEach((family, k) => {
      if (now[family].loss !== null && now[family].loss < lowest[family]) lowest[family] = now[family].loss;
      bars[k].update(now[family], before?.[family], lowest[family], now.on);
      show(totals[k].all, sum(now[family].p));
    });
    rows.forEach((row, k) => {
      row.element.hidden = k >= logits.length;
      if (row.element.hidden) return;
      row.logit.update(logits[k]);
      // The bar grows from zero, in the middle of the track.
      const end = (v) => `calc(50% + ${v / REACH} * (50% - 0.4rem))`; // 0.4rem: half a thumb
      row.logit.input.style.setProperty("--from", end(Math.min(0, logits[k])));
      row.logit.input.style.setProperty("--to", end(Math.max(0, logits[k])));
      row.ticked.update(labels[k] > 0);
      row.meters.forEach((each, i) => each.update(now[FAMILIES[i]], k, before?.[FAMILIES[i]]));
    });
    const { on } = now,
      one = on === 1;
    totals[0].note.textContent = one
      ? "one label: 1"
      : on
        ? `${on} labels share: ${format(1 / on, 2)} each`
        : "no label: nothing to share";
    totals[1].note.textContent = one ? "its label is 1, the others 0" : on ? `${on} labels: 1 each` : "no label: all 0";
    const told = {
      loss_softmax: now.softmax.loss,
      floor_softmax: now.softmax.floor,
      floor_sigmoid: now.sigmoid.floor,
      loss_sigmoid: now.sigmoid.loss,
      sum_softmax: sum(now.softmax.p),
      sum_sigmoid: sum(now.sigmoid.p),
    };
    text.update(
      tell(TOLD, {
        ...told,
        logits,
        p_softmax: now.softmax.p,
        p_sigmoid: now.sigmoid.p,
        softmax: on ? tell(TOLD_LOSS, told) : TOLD_NO_LOSS,
        on: NAMES.filter((_, k) => labels[k]).join(", ") || TOLD_NONE,
      }),
    );
  }
  const bound = bind(model, schema, draw);
  return bound.stop;
}
