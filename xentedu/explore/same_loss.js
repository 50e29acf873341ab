// One function, two examples: the number that it gives, and those of all others of its kind.
import { logSoftmax, sigmoid, softmax, sigmoidCrossEntropy, softmaxCrossEntropy, sum } from "./machinery/numerics.js";
import { h, fill, tell, show, choice, checkbox, numeric, picker, spoken, scale, bind } from "./machinery/toolkit.js";
import { picture, axes, label, format, COLUMN } from "./machinery/toolkit.js";
import {
  schema,
  CLASSES,
  CLIP,
  FACTS,
  FINEST,
  GROUPS,
  LOWEST,
  MAP,
  OUTPUTS,
  REACH,
  REFUSED,
  TEXTS,
  TOLD,
  TOLD_GROUP,
  TOLD_NUMBERS,
} from "./same_loss.py";

const SIZE = CLASSES.length,
  WIDTH = 150,
  x = scale(REACH, [6, WIDTH - 6]);
// What the map says of a name.
const about = (name) => Object.fromEntries(FACTS.map((fact, k) => [fact, TEXTS[MAP[name][k]]]));
const mean = (all) => sum(all) / all.length;
const inside = (v) => x(Math.min(REACH[1], Math.max(REACH[0], v)));
const rowsOf = (flat) => [flat.slice(0, SIZE), flat.slice(SIZE)];
const clipped = (p, epsilon) => Math.min(1 - epsilon, Math.max(epsilon, p));

// The losses of one example before any mean; null where the function refuses what it is given.
function losses({ kind, takes, rule }, labels, given) {
  if (["bounded", "finest"].includes(rule) && given.some((p) => p < 0 || p > 1)) return null;
  if (takes === "logits" && kind === "sigmoid") return sigmoidCrossEntropy(labels, given);
  if (takes === "logits") return [softmaxCrossEntropy(labels, given)];
  if (takes === "log-probabilities") return [0 - sum(given.map((v, k) => labels[k] * v))];
  if (kind === "softmax") {
    let p = rule === "first" ? given.map((v) => clipped(v, CLIP)) : given;
    const total = sum(p);
    if (rule !== "finest") p = p.map((v) => v / total);
    if (rule !== "first") p = p.map((v) => clipped(v, rule === "clipped" ? CLIP : FINEST));
    return [0 - sum(p.map((v, k) => labels[k] * Math.log(v)))];
  }
  const more = ["both", "added"].includes(rule) ? CLIP : 0;
  const log = (p) => (rule === "bounded" ? Math.max(Math.log(p), LOWEST) : Math.log(p));
  return given.map((v, k) => {
    const p = ["clipped", "both"].includes(rule) ? clipped(v, CLIP) : v;
    return -labels[k] * log(p + more) - (1 - labels[k]) * log(1 - p + more);
  });
}

// What a group's functions give, as a list; null where they refuse.
function value(group, { logits, labels, output }) {
  const found = rowsOf(logits).map((z, i) => {
    let y = rowsOf(labels)[i];
    const p = group.kind === "sigmoid" ? z.map(sigmoid) : softmax(z);
    const wanted = { logits: z, probabilities: p, "log-probabilities": logSoftmax(z) }[group.takes];
    if (group.kind === "softmax") {
      const on = sum(y);
      if (on < 1 || (group.family.startsWith("sparse") && on > 1)) return null;
      y = y.map((label) => label / on);
    }
    return losses(group, y, { wanted, logits: z, probabilities: p }[output]);
  });
  if (found.includes(null)) return null;
  return { none: found.flat(), last: found.map(mean), mean: [mean(found.flat())] }[group.reduction];
}

const written = (numbers) => (numbers ? tell(TOLD_NUMBERS, { numbers }) : REFUSED);

// The numbers, each with its full value for whoever checks it.
function shown(numbers) {
  if (!numbers) return [h("strong", { class: "xe-grad" }, REFUSED)];
  return numbers.flatMap((v, k) => {
    const element = h("span", { class: "xe-number" });
    show(element, v, 4);
    return k ? [" ", element] : [element];
  });
}

// The mean of what a group gives as a bar, and what is right as a ring.
function bar({ kind }, given, right) {
  const drawing = h("svg:svg", { viewBox: `0 0 ${WIDTH} 14`, "aria-hidden": "true" });
  drawing.append(h("svg:rect", { class: "xe-track", x: x(0), y: 4, width: WIDTH - 12, height: 6, rx: 2 }));
  if (given && !Number.isNaN(mean(given))) {
    const width = inside(mean(given)) - x(0);
    drawing.append(h("svg:rect", { class: `xe-fill-${kind}`, x: x(0), y: 4, width, height: 6, rx: 2 }));
  }
  if (right) drawing.append(h("svg:circle", { class: "xe-ring", cx: inside(mean(right)), cy: 7, r: 4.5 }));
  return drawing;
}

// The mean of what the picked function gives, on an axis, with what is right and what it was before.
const LINE = { width: COLUMN, height: 86, left: 14, right: 14, bottom: 38 };
function onLine({ kind }, given, right, before) {
  const ticks = Array.from({ length: REACH[1] + 1 }, (_, v) => v);
  const { x: sx, base, parts } = axes({
      ...LINE,
      x: { range: REACH, ticks, name: "loss, the mean of both examples, in nats" },
    }),
    at = (v) => sx(Math.min(REACH[1], Math.max(REACH[0], v))),
    drawn = (numbers) => numbers && !Number.isNaN(mean(numbers));
  const told = (v, y, text, name) => {
    const [side, anchor] = v < 4 ? [13, "start"] : [-13, "end"],
      element = label(at(v) + side, y, `${text}${format(v, 4)}${v > REACH[1] ? " →" : ""}`, anchor);
    element.classList.add(...name.split(" "));
    return element;
  };
  const isThere = drawn(given),
    isSame = isThere && drawn(right) && Math.abs(mean(given) - mean(right)) < 1e-9;
  return [
    ...parts,
    drawn(before) ? h("svg:circle", { class: "xe-mark xe-ghost", cx: at(mean(before)), cy: base, r: 8 }) : "",
    ...(drawn(right)
      ? [
          h("svg:circle", { class: "xe-ring", cx: at(mean(right)), cy: base, r: 9 }),
          isSame ? "" : told(mean(right), base - 28, "right: ", "xe-fill-label xe-strong"),
        ]
      : []),
    h(
      "svg:g",
      { class: "xe-answer" },
      ...(isThere
        ? [
            h("svg:circle", { class: `xe-fill-${kind}`, cx: at(mean(given)), cy: base, r: 6.5 }),
            told(mean(given), base - 11, isSame ? "given, and right: " : "given: ", `xe-fill-${kind} xe-big`),
          ]
        : []),
    ),
  ];
}

// The names of a group, after their frameworks.
function namesOf({ names }, picked) {
  const frameworks = {};
  for (const name of names) (frameworks[about(name).framework] ??= []).push(name);
  return Object.entries(frameworks).map(([framework, found]) =>
    h(
      "p",
      { class: "xe-quiet" },
      `${framework}: `,
      ...found.flatMap((name, k) => [k ? ", " : "", h(name === picked ? "strong" : "span", {}, h("code", {}, name))]),
    ),
  );
}

export function render({ model, el }) {
  const names = Object.keys(MAP),
    groups = {};
  for (const name of names) (groups[about(name).framework] ??= []).push(name);
  const loss = picker({ label: "function", groups, onInput: (v) => bound.change("loss", v) });
  const output = choice({
    label: "the model hands over",
    options: Object.entries(OUTPUTS),
    onInput: (v) => bound.change("output", v),
  });
  const replace = (name, k, v) =>
    bound.change(
      name,
      model.get(name).map((old, j) => (j === k ? v : old)),
    );
  const cells = model.get("logits").map((_, k) => {
    const which = `${CLASSES[k % SIZE]}, example ${Math.floor(k / SIZE) + 1}`;
    const logit = numeric({
      label: `logit of ${which}`,
      of: schema.logits.item,
      onInput: (v) => replace("logits", k, v),
    });
    const tick = checkbox({ label: CLASSES[k % SIZE], onInput: (on) => replace("labels", k, on ? 1 : 0) });
    tick.input.setAttribute("aria-label", `label of ${which}`);
    return { logit, tick };
  });
  const examples = rowsOf(cells).map((row, i) =>
    h(
      "div",
      { class: "xe-example" },
      h("span", {}, `example ${i + 1}: logits, and labels`),
      ...row.map(({ logit }) => logit.input),
      ...row.map(({ tick }) => tick.element),
    ),
  );
  const result = h("p", { class: "xe-result" }),
    facts = h("div", { class: "xe-facts xe-answer" }),
    list = h("div", { class: "xe-groups xe-answer" }),
    line = picture(LINE.width, LINE.height),
    text = spoken();
  fill(
    el,
    "xe-same-loss",
    result,
    line,
    h("div", { class: "xe-controls" }, loss.element, output.element),
    h("div", { class: "xe-examples" }, ...examples),
    facts,
    list,
    text.element,
  );

  function draw(state, before) {
    const picked = GROUPS.find((group) => group.names.includes(state.loss)),
      kin = GROUPS.filter(({ kind }) => kind === picked.kind);
    loss.update(state.loss);
    output.update(state.output);
    cells.forEach(({ logit, tick }, k) => {
      logit.update(state.logits[k]);
      tick.update(state.labels[k] > 0);
    });
    const fact = about(state.loss),
      now = value(picked, state);
    result.className = `xe-result xe-${picked.kind}`;
    const gives = h("span", { class: "xe-answer xe-gives" }, "gives ", ...shown(now));
    result.replaceChildren(h("code", {}, state.loss + fact.arguments), " ", gives);
    const right = value(picked, { ...state, output: "wanted" }),
      old = before && GROUPS.find((group) => group.names.includes(before.loss));
    line.replaceChildren(...onLine(picked, now, right, old && value(old, before)));
    facts.replaceChildren(
      h("p", {}, `Takes ${fact.takes}; gives ${fact.gives}. Labels: ${fact.labels}. Clipping: ${fact.clipping}.`),
      ...(fact.note ? [h("p", { class: "xe-verdict" }, fact.note)] : []),
    );
    const numbers = kin.map((group) => value(group, state));
    list.replaceChildren(
      ...kin.map((group, k) =>
        h(
          "div",
          { class: group === picked ? "xe-group xe-chosen" : "xe-group" },
          h(
            "div",
            {},
            h("p", { class: `xe-${group.kind}` }, ...shown(numbers[k])),
            bar(group, numbers[k], value(group, { ...state, output: "wanted" })),
          ),
          h("div", {}, h("p", {}, `from ${group.title}`), ...namesOf(group, state.loss)),
        ),
      ),
    );
    const told = kin.map((group, k) =>
      tell(TOLD_GROUP, { count: group.names.length, title: group.title, value: written(numbers[k]) }),
    );
    text.update(
      tell(TOLD, { ...state, output: OUTPUTS[state.output], value: written(now), groups: told.join("; ") }),
    );
  }
  const bound = bind(model, schema, draw);
  return bound.stop;
}
