// A small model in training, with a mistake or none: its curve, and a reply to what the reader thinks is wrong.
import { logSoftmax, sigmoid, softmax, softplus, sum } from "./machinery/numerics.js";
import { h, fill, format, tell, show, slider, choice, player, spoken } from "./machinery/toolkit.js";
import { picture, axes, label, held, nearest, numbered, COLUMN, bind } from "./machinery/toolkit.js";
import { schema, FAR, GUESSES, LABELS, LOOKS, MISTAKES, OPEN, POINTS, RATE, RIGHT, RUNS } from "./training.py";
import { SLOW, START, STEPS, STRANGERS, TICKS, TOLD, WRONG } from "./training.py";

const W = COLUMN,
  H = 240,
  CLASSES = [0, 1, 2];

// The mean loss of all points, and its gradient with respect to their logits.
function lossOf(mistake, labels, logits) {
  const n = logits.length,
    on = labels.map((label) => CLASSES.map((k) => (k === label ? 1 : 0)));
  if (mistake === "signed") {
    const signs = on.map((row) => row.map((y) => 2 * y - 1));
    const each = logits.map((row, i) => sum(row.map((x, k) => softplus(x) - signs[i][k] * x)));
    return [sum(each) / (3 * n), logits.map((row, i) => row.map((x, k) => (sigmoid(x) - signs[i][k]) / (3 * n)))];
  }
  if (mistake === "twice") {
    const p = logits.map(softmax),
      slopes = p.map((row, i) => softmax(row).map((q, k) => q - on[i][k]));
    const inner = p.map((row, i) => sum(row.map((v, k) => v * slopes[i][k])));
    const loss = -sum(p.map((row, i) => logSoftmax(row)[labels[i]])) / n;
    return [loss, p.map((row, i) => row.map((v, k) => (v * (slopes[i][k] - inner[i])) / n))];
  }
  const loss = Math.abs(sum(logits.map((row, i) => logSoftmax(row)[labels[i]])) / n);
  return [loss, logits.map((row, i) => softmax(row).map((p, k) => (p - on[i][k]) / n))];
}

function compute({ run }) {
  const mistake = RUNS[run],
    far = mistake === "unscaled" ? FAR : 1,
    rate = mistake === "slow" ? SLOW * RATE : RATE;
  const points = POINTS.map(([a, b]) => [a * far, b * far, 1]),
    labels = mistake === "strangers" ? STRANGERS : LABELS;
  const losses = [],
    accuracies = [];
  let weights = START.map((row) => [...row]);
  for (let step = 0; step <= STEPS; step++) {
    const logits = points.map((point) => CLASSES.map((k) => sum(point.map((v, j) => v * weights[j][k]))));
    const [loss, slope] = lossOf(mistake, labels, logits);
    losses.push(loss);
    const right = logits.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]);
    accuracies.push(right.length / labels.length);
    weights = weights.map((row, j) => row.map((w, k) => w - rate * sum(points.map((p, i) => p[j] * slope[i][k]))));
  }
  return { losses, accuracies, known: Math.log(mistake === "signed" ? 2 : 3) };
}

// A number where it stands in the picture, after its name.
const written = (x, y, name, told, value, anchor = "end") =>
  h("svg:text", { x, y, "text-anchor": anchor, class: name }, told, numbered(value));

const frameOf = (run) =>
  axes({
    width: W,
    height: H,
    left: 52,
    right: 14,
    top: 14,
    x: { range: [0, STEPS], ticks: [0, 20, 40, 60], name: "step: drag, or use the slider" },
    y: {
      range: [TICKS[run][0], TICKS[run].at(-1)],
      ticks: TICKS[run],
      name: "loss",
      say: (v) => format(v, Number.isInteger(v) ? 0 : 1),
    },
  });

export function render({ model, el }) {
  const run = choice({
    label: "run",
    onInput: (v) => {
      bound.change("guess", GUESSES[0]); // another run, another question
      bound.change("run", v);
    },
    options: Object.keys(RUNS).map((name) => [name, name]),
  });
  const steps = slider({ label: "steps", of: schema.steps, digits: 0, onInput: (v) => bound.change("steps", v) });
  const play = player({ of: schema.steps, get: () => model.get("steps"), onInput: (v) => bound.change("steps", v) });
  const guess = choice({
    label: OPEN,
    onInput: (v) => bound.change("guess", v),
    options: GUESSES.map((name) => [name, MISTAKES[name] ?? "I have not decided"]),
  });
  const drawing = picture(W, H),
    [first, accuracy] = [0, 1].map(() => h("strong", { class: "xe-number" }));
  const reply = h("p", { class: "xe-answer" }),
    text = spoken();
  steps.element.prepend(play.element);
  fill(
    el,
    "xe-training",
    h("div", { class: "xe-controls" }, run.element),
    h("p", {}, "Loss at the start ", first, ", accuracy now ", accuracy),
    drawing,
    h("div", { class: "xe-controls" }, steps.element),
    h("div", { class: "xe-answer" }, guess.element, reply),
    text.element,
  );

  function draw(state, before) {
    const now = compute(state),
      frame = frameOf(state.run),
      at = state.steps,
      edge = (v) => Math.min(frame.base, Math.max(8, frame.y(v)));
    const line = (losses, end) =>
      `M${losses
        .slice(0, end + 1)
        .map((v, i) => `${frame.x(i).toFixed(1)} ${edge(v).toFixed(1)}`)
        .join("L")}`;
    run.update(state.run);
    steps.update(at);
    guess.update(state.guess);
    const old = before && before.run !== state.run ? compute(before).losses : null;
    const above = state.run === "B" || now.losses[STEPS] > now.known;
    drawing.replaceChildren(
      ...frame.parts,
      h("svg:path", { class: "xe-axis xe-dotted", d: `M${frame.x(0)} ${edge(now.known)}H${frame.x(STEPS)}` }),
      written(frame.x(STEPS) - 4, edge(now.known) + (above ? 16 : -6), "", "a model that knows nothing: ", now.known),
      ...(old
        ? [
            h("svg:path", { class: "xe-line-softmax xe-ghost", d: line(old, STEPS) }),
            label(frame.x(STEPS / 2), edge(old[STEPS / 2]) - 6, `run ${before.run}`, "middle"),
          ]
        : []),
      h("svg:path", { class: "xe-line-softmax", d: line(now.losses, at) }),
      h("svg:circle", { class: "xe-fill-softmax", cx: frame.x(at), cy: edge(now.losses[at]), r: 6 }),
    );
    // The number of the loss stands above its line, or below it where the dotted one is in the way.
    const here = edge(now.losses[at]),
      free = here - 30 > edge(now.known) || here < edge(now.known) - 40,
      fallen = at > STEPS / 2 ? Math.max(0, here - edge(now.losses[at - 14])) : 0;
    drawing.append(
      written(
        at > STEPS / 2 ? frame.x(at) - 2 : frame.x(at) + 12,
        here + (free ? -13 - Math.min(40, fallen) : 24),
        "xe-big xe-fill-softmax",
        "loss ",
        now.losses[at],
        at > STEPS / 2 ? "end" : "start",
      ),
    );
    show(first, now.losses[0]);
    show(accuracy, now.accuracies[at], 2);
    const judged = RUNS[state.run] === state.guess ? RIGHT : WRONG;
    const said = state.guess === GUESSES[0] ? "" : `${judged} ${LOOKS[state.guess]}`;
    reply.textContent = said;
    const numbers = { first: now.losses[0], loss: now.losses[at], accuracy: now.accuracies[at], known: now.known };
    text.update(tell(TOLD, { run: state.run, steps: at, reply: said || OPEN, ...numbers }));
  }
  const bound = bind(model, schema, draw);
  const frame = frameOf("A");
  held(drawing, {
    grasp: () => steps.input,
    move: (x) =>
      bound.change("steps", nearest(schema.steps, (STEPS * (x - frame.x(0))) / (frame.x(STEPS) - frame.x(0)))),
  });
  return () => {
    play.stop();
    bound.stop();
  };
}
