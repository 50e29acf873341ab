// The same logits under both families: probabilities, what they sum to, the loss, and where the gradient pulls.
import {
  sigmoid,
  softmax,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  sigmoidGradient,
  softmaxGradient,
  sum,
} from "./machinery/numerics.js";
import { h, set, fill, format, tell, show, slider, checkbox, spoken, scale, bind } from "./machinery/toolkit.js";
import { schema, NAMES, START, TOLD, TOLD_LOSS, TOLD_NO_LOSS, TOLD_NONE } from "./two_families.py";

const WIDTH = 200,
  HEIGHT = 32,
  REACH = schema.logits.item.high;
const x = scale([0, 1], [8, WIDTH - 8]);

// A probability as a bar, its label as a ring, and an arrow from one to the other: minus the gradient.
function meter(family) {
  const bar = h("svg:rect", { class: `xe-fill-${family}`, x: x(0), y: 2, height: 13, rx: 2 });
  const ring = h("svg:circle", { class: "xe-ring", cy: 24, r: 5.5 });
  const arrow = h("svg:path", { class: "xe-arrow" });
  const picture = h(
    "svg:svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    h("svg:rect", { class: "xe-track", x: x(0), y: 2, width: x(1) - x(0), height: 13, rx: 2 }),
    bar,
    arrow,
    ring,
  );
  const probability = h("span", { class: "xe-number" }),
    gradient = h("span", { class: "xe-number" });
  return {
    element: h(
      "div",
      { class: `xe-meter xe-${family}` },
      picture,
      h("p", {}, "p ", probability, h("span", { class: "xe-grad" }, " ∂L/∂x ", gradient)),
    ),
    update(p, label, g) {
      set(bar, { width: Math.max(0, x(p) - x(0)) });
      show(probability, p);
      show(gradient, g);
      ring.style.display = arrow.style.display = Number.isNaN(g) ? "none" : "";
      if (Number.isNaN(g)) return;
      set(ring, { cx: x(label) });
      const from = x(p),
        to = x(label),
        head = Math.sign(to - from) * Math.min(6, Math.abs(to - from));
      set(arrow, { d: `M${from} 24H${to - head}M${to} 24l${-head} -4v8z` });
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
    const label = checkbox({ label: name, onInput: (on) => replace("labels", k, on ? 1 : 0) });
    label.input.setAttribute("aria-label", `label: ${name}`);
    const meters = { softmax: meter("softmax"), sigmoid: meter("sigmoid") };
    logit.element.classList.add("xe-bar");
    return {
      logit,
      label,
      meters,
      element: h(
        "div",
        { class: "xe-row" },
        label.element,
        logit.element,
        meters.softmax.element,
        meters.sigmoid.element,
      ),
    };
  });
  const total = (family, title) => {
    const all = h("span", { class: "xe-number" }),
      loss = h("span", { class: "xe-number" });
    const note = h("span", { class: "xe-note" });
    return {
      all,
      loss,
      note,
      element: h(
        "div",
        { class: `xe-total xe-${family}` },
        h("strong", {}, title),
        h("p", {}, "sum of p ", all),
        h("p", {}, "loss ", loss),
        note,
      ),
    };
  };
  const totals = { softmax: total("softmax", "softmax"), sigmoid: total("sigmoid", "sigmoid") };
  const count = slider({
    label: "classes",
    of: { low: schema.logits.shortest, high: schema.logits.longest },
    digits: 0,
    onInput: resize,
  });
  const text = spoken();
  fill(
    el,
    "xe-two-families",
    h(
      "div",
      { class: "xe-row xe-head" },
      h("span", {}, "label"),
      h("span", {}, "logit"),
      totals.softmax.element,
      totals.sigmoid.element,
    ),
    ...rows.map((row) => row.element),
    count.element,
    text.element,
  );

  function replace(trait, k, value) {
    bound.change(
      trait,
      model.get(trait).map((old, j) => (j === k ? value : old)),
    );
  }
  function resize(n) {
    const fit = (values, fill) => Array.from({ length: n }, (_, k) => values[k] ?? fill(k));
    const logits = fit(model.get("logits"), (k) => START[k]),
      labels = fit(model.get("labels"), () => 0);
    model.set("labels", labels);
    bound.change("logits", logits);
  }
  function draw() {
    const logits = model.get("logits"),
      labels = model.get("labels");
    if (logits.length !== labels.length) return; // the second half of the same change is on its way
    const on = sum(labels);
    const shares = labels.map((y) => y / on); // softmax labels share one unit; with none on there is nothing to share
    const p = softmax(logits),
      s = logits.map(sigmoid);
    const gp = on ? softmaxGradient(shares, logits) : logits.map(() => NaN),
      gs = sigmoidGradient(labels, logits);
    rows.forEach((row, k) => {
      row.element.hidden = k >= logits.length;
      if (row.element.hidden) return;
      row.logit.update(logits[k]);
      // The bar grows from zero, in the middle of the track.
      const end = (v) => `calc(50% + ${v / REACH} * (50% - 0.4rem))`; // 0.4rem: half a thumb
      row.logit.input.style.setProperty("--from", end(Math.min(0, logits[k])));
      row.logit.input.style.setProperty("--to", end(Math.max(0, logits[k])));
      row.label.update(labels[k] > 0);
      row.meters.softmax.update(p[k], shares[k], gp[k]);
      row.meters.sigmoid.update(s[k], labels[k], gs[k]);
    });
    count.update(logits.length);
    const loss = {
      softmax: on ? softmaxCrossEntropy(shares, logits) : NaN,
      sigmoid: sum(sigmoidCrossEntropy(labels, logits)),
    };
    show(totals.softmax.all, sum(p));
    show(totals.sigmoid.all, sum(s));
    show(totals.softmax.loss, loss.softmax);
    show(totals.sigmoid.loss, loss.sigmoid);
    totals.softmax.note.textContent =
      on === 1 ? "one label: 1" : on ? `${on} labels share: ${format(1 / on, 2)} each` : "needs a label";
    totals.sigmoid.note.textContent =
      on === 1 ? "its label is 1, the others 0" : on ? `${on} labels: 1 each` : "no label: all 0";
    const now = { loss_softmax: loss.softmax, loss_sigmoid: loss.sigmoid, sum_softmax: sum(p), sum_sigmoid: sum(s) };
    text.update(
      tell(TOLD, {
        ...now,
        logits,
        p_softmax: p,
        p_sigmoid: s,
        softmax: on ? tell(TOLD_LOSS, now) : TOLD_NO_LOSS,
        on: NAMES.filter((_, k) => labels[k]).join(", ") || TOLD_NONE,
      }),
    );
  }
  const bound = bind(model, schema, draw);
  return bound.stop;
}
