// The guide of the landing page: one question at a time, then the loss, as code. A classic script, so that it also runs
// from file://. ANSWERS, and the code of each framework, were computed by xe.choose when the book was built.
// Its state stands in the address, #choose?exclusive=yes&num_classes=3&labels=index, to be linked to and gone back to.

const place = document.getElementById("choose");
const base = document.currentScript.src.replace(/[^/]*$/, "");

const FRAMEWORKS = {
  pytorch: "PyTorch",
  keras: "Keras 3",
  tensorflow2: "TensorFlow 2",
  tensorflow1: "TensorFlow 1.15",
  jax: "JAX and optax",
};
const KEY = "sphinx-design-tab-id-framework"; // the tabs of the chapters keep their choice here too
const DEFAULTS = { weighting: "none", label_gradient: "no", affordable: "yes", training: "yes" };
const ORDER = ["exclusive", "num_classes", "labels", "weighting", "label_gradient", "affordable", "training"];

// What a row of labels looks like, by the answer to the first question and the way of writing.
const WRITTEN = {
  index: ["Its index", ["2"], "cat 0, dog 1, donkey 2"],
  binary: ["0 or 1", ["1"], "no is 0, yes is 1"],
  one_hot: ["A row with a single one", ["0", "0", "1"], "one-hot"],
  multi_hot: ["A row of zeros and ones", ["1", "1", "0"], "a one for each that is there"],
  probabilities: ["Probabilities", ["½", "½", "0"], "of several raters, or of another network"],
};
const KINDS = {
  one: {
    set: { exclusive: "no", num_classes: "1" },
    title: "Yes or no",
    text: "Is there a cat?",
    ways: ["index", "probabilities"],
  },
  several: {
    set: { exclusive: "yes", num_classes: "3" },
    title: "One of several",
    text: "A cat, a dog or a donkey?",
    ways: ["index", "one_hot", "probabilities"],
  },
  many: {
    set: { exclusive: "no", num_classes: "3" },
    title: "Several at once",
    text: "A cat and a dog",
    ways: ["multi_hot", "probabilities"],
  },
};
// What else may be so; each group is a setting of its own.
const SPECIAL = [
  {
    name: "num_classes",
    title: "How many classes?",
    options: [
      ["2", "two"],
      ["3", "three or more"],
    ],
  },
  {
    name: "affordable",
    title: "Can all of them be scored at each step?",
    options: [
      ["yes", "yes"],
      ["no", "no, they are too many"],
    ],
  },
  {
    name: "weighting",
    title: "Do mistakes cost unequally?",
    options: [
      ["none", "no"],
      ["example", "by example; some do not count at all"],
      ["class", "by class"],
      ["positive", "a missed yes costs more than a false alarm"],
    ],
  },
  {
    name: "label_gradient",
    title: "Are the labels trained too?",
    options: [
      ["no", "no"],
      ["yes", "yes"],
    ],
  },
  {
    name: "training",
    title: "What is it for?",
    options: [
      ["yes", "training"],
      ["no", "evaluation"],
    ],
  },
];

const el = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
};

// Faces of a cat, a dog and a donkey: two ears behind a head.
const FACES = {
  cat: ["M7 16 5 4 13 10Z M25 16 27 4 19 10Z", "M6 18a10 9 0 0 1 20 0a10 9 0 0 1-20 0Z"],
  dog: [
    "M9 9C4 6 1 13 3 20C5 24 8 20 9 16Z M23 9C28 6 31 13 29 20C27 24 24 20 23 16Z",
    "M7 17a9 10 0 0 1 18 0a9 10 0 0 1-18 0Z",
  ],
  donkey: [
    "M11 12C6 8 6 2 8 0C12 2 14 7 14 11Z M21 12C26 8 26 2 24 0C20 2 18 7 18 11Z",
    "M9 17a7 7 0 0 1 14 0L21 26a5 5 0 0 1-10 0Z",
  ],
};
const svg = (tag, attributes, ...children) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
const face = (name) =>
  svg(
    "svg",
    { viewBox: "0 0 32 32", class: `xe-guide-face xe-guide-${name}` },
    svg("path", { d: FACES[name][0] }),
    svg("path", { d: FACES[name][1] }),
    svg("circle", { cx: 12.5, cy: 16, r: 1.3 }),
    svg("circle", { cx: 19.5, cy: 16, r: 1.3 }),
    svg("path", { d: name === "donkey" ? "M14 25h4" : "M14.5 20.5h3L16 22Z" }),
  );
const PICTURES = {
  one: () => [face("cat"), "?"],
  several: () => [face("cat"), "or", face("dog"), "or", face("donkey")],
  many: () => [face("cat"), "and", face("dog")],
};
const picture = (...parts) => el("span", { class: "xe-guide-picture", "aria-hidden": "true" }, ...parts);
const cells = (row) => row.map((text) => el("span", { class: "xe-guide-cell" }, text));

// --- state and address

let state = {};
let framework = "pytorch";
const codes = {}; // framework -> of each problem the code's HTML, and what to say beside it

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser may forbid it: then the choice lasts as long as the page
  }
}

function read() {
  const [target, query = ""] = location.hash.slice(1).split("?");
  const given = target === "choose" ? Object.fromEntries(new URLSearchParams(query)) : {};
  if (given.framework in FRAMEWORKS) framework = given.framework;
  state = {};
  for (const name of ORDER) if (given[name] !== undefined) state[name] = given[name];
  const classes = Number(state.num_classes);
  if (classes > 3) state.num_classes = "3"; // any larger number is answered alike
  if (answered() && !(key() in ANSWERS.points)) state = {}; // mistyped
}

const key = () => ORDER.map((name) => state[name] ?? DEFAULTS[name]).join();
const answered = () => ["exclusive", "num_classes", "labels"].every((name) => state[name] !== undefined);
function kind() {
  if (state.exclusive === "yes") return "several";
  if (state.exclusive === "no") return state.num_classes === "1" ? "one" : "many";
  return null;
}

function address(values) {
  const changed = ORDER.filter((name) => values[name] !== undefined && values[name] !== DEFAULTS[name]);
  return `#choose${changed.length ? "?" : ""}${changed.map((name) => `${name}=${values[name]}`).join("&")}`;
}

function go(values) {
  state = values;
  history.pushState(null, "", address(state));
  show(true);
}

addEventListener("popstate", () => {
  read();
  show(false);
});

// --- what is shown

const body = el("div", { class: "xe-guide-body" });
const said = el("p", { class: "xe-guide-said", role: "status" });

function show(moved) {
  const parts = answered() ? answer() : [question()];
  body.replaceChildren(...[chooser(), trail(), ...parts].filter(Boolean));
  if (moved) body.querySelector(".xe-guide-title")?.focus();
}

function title(text) {
  return el("h2", { class: "xe-guide-title", tabindex: "-1" }, text);
}

function trail() {
  const steps = [];
  const found = kind();
  const back = (values, text) =>
    el("button", { type: "button", class: "xe-guide-step", onclick: () => go(values) }, text);
  if (found) steps.push(back({}, KINDS[found].title));
  if (found && state.labels) steps.push(back({ ...KINDS[found].set }, way(found, state.labels)[0]));
  return steps.length
    ? el("nav", { class: "xe-guide-trail", "aria-label": "Your answers" }, "Change: ", ...steps)
    : null;
}

const way = (found, labels) => WRITTEN[found === "one" && labels === "index" ? "binary" : labels];

function question() {
  const found = kind();
  const options = found
    ? KINDS[found].ways.map((labels) => {
        const [name, row, text] = way(found, labels);
        const probabilities = { many: ["0.9", "0.6", "0"], one: ["0.9"] }[found] ?? row;
        const shown = labels === "probabilities" ? probabilities : row;
        return [name, text, picture(...cells(shown)), { ...state, labels }];
      })
    : Object.entries(KINDS).map(([name, { title, text, set }]) => [
        title,
        text,
        picture(...PICTURES[name]()),
        { ...set },
      ]);
  return el(
    "div",
    { class: "xe-guide-question" },
    title(found ? "How is the label of one example written?" : "What do the labels of one example say?"),
    el(
      "div",
      { class: "xe-guide-options" },
      ...options.map(([name, text, drawn, values]) =>
        el(
          "button",
          { type: "button", class: "xe-guide-option", onclick: () => go(values) },
          drawn,
          el("strong", {}, name),
          el("span", { class: "xe-guide-text" }, text),
        ),
      ),
    ),
  );
}

function answer() {
  const found = ANSWERS.points[key()];
  if (found < 0) {
    const why = el("p", { class: "xe-guide-reason" }, ANSWERS.texts[-1 - found]);
    return [el("div", { class: "xe-guide-answer" }, title("These cannot both be so."), why), special()];
  }
  const [problem, link, name, loss, activation, reason, evaluation, ...avoid] = ANSWERS.answers[found];
  const text = (number) => ANSWERS.texts[number];
  const pairs = [];
  for (let i = 0; i < avoid.length; i += 2)
    pairs.push(el("li", {}, el("code", {}, text(avoid[i])), `: ${text(avoid[i + 1])}`));
  const code = el("pre", { tabindex: "0", "aria-label": `Code for ${FRAMEWORKS[framework]}` }, "…");
  const copy = el("button", { type: "button", class: "xe-guide-copy", onclick: () => copied(code) }, "Copy");
  const beside = el("p", { class: "xe-guide-beside" });
  load(framework).then((all) => ([code.innerHTML, beside.textContent] = all[problem]));
  return [
    el(
      "div",
      { class: "xe-guide-answer" },
      title(text(name)),
      el("p", { class: "xe-guide-reason" }, text(reason)),
      el("div", { class: "highlight xe-guide-code" }, code, copy),
      beside,
      el(
        "ul",
        {},
        el(
          "li",
          {},
          "Logits become probabilities by a ",
          el("strong", {}, text(activation)),
          ". The loss has it inside: leave it out of the model.",
        ),
        el("li", {}, "To evaluate: ", el("span", { class: "xe-guide-evaluation" }, text(evaluation))),
      ),
      el("details", { class: "xe-guide-avoid" }, el("summary", {}, "What not to use, and why"), el("ul", {}, ...pairs)),
      el(
        "p",
        { class: "xe-guide-more" },
        el("a", { href: text(link) }, "The section that explains it"),
        ". TensorFlow 1.15 calls it ",
        el("code", { class: "xe-guide-loss" }, text(loss)),
        ".",
      ),
    ),
    special(),
  ];
}

function chooser() {
  const options = Object.entries(FRAMEWORKS).map(([name, text]) =>
    el(
      "label",
      {},
      el("input", {
        type: "radio",
        name: "xe-guide-framework",
        value: name,
        checked: name === framework,
        onchange: () => {
          framework = name;
          try {
            localStorage.setItem(KEY, name);
          } catch {
            // the choice lasts as long as the page
          }
          const again = document.activeElement === body.querySelector(`[value="${name}"]`);
          show(false);
          if (again) body.querySelector(`[value="${name}"]`).focus();
        },
      }),
      el("span", {}, text),
    ),
  );
  return el("fieldset", { class: "xe-guide-frameworks" }, el("legend", {}, "Your framework"), ...options);
}

function special() {
  const groups = SPECIAL.filter(({ name }) => name !== "num_classes" || state.exclusive === "yes").map(
    ({ name, title, options }) => {
      const possible = options.filter(([value]) => {
        const values = { ...DEFAULTS, ...state, [name]: value };
        return state[name] === value || ANSWERS.points[ORDER.map((each) => values[each]).join()] >= 0;
      });
      if (possible.length < 2) return null;
      return el(
        "fieldset",
        {},
        el("legend", {}, title),
        ...possible.map(([value, text]) =>
          el(
            "label",
            {},
            el("input", {
              type: "radio",
              name: `xe-guide-${name}`,
              value,
              checked: (state[name] ?? DEFAULTS[name]) === value,
              onchange: () => {
                state = { ...state, [name]: value };
                history.pushState(null, "", address(state));
                show(false);
                body.querySelector(`[name="xe-guide-${name}"][value="${value}"]`)?.focus();
                said.textContent = `Now: ${body.querySelector(".xe-guide-title").textContent}`;
              },
            }),
            el("span", {}, text),
          ),
        ),
      );
    },
  );
  const shown = groups.filter(Boolean);
  return shown.length
    ? el("div", { class: "xe-guide-special" }, el("p", {}, el("strong", {}, "Is anything special?")), ...shown)
    : null;
}

// --- code

const waiting = {};

function load(name) {
  if (codes[name]) return Promise.resolve(codes[name]);
  return new Promise((resolve) => {
    (waiting[name] ??= []).push(resolve);
    if (waiting[name].length === 1) document.head.append(el("script", { src: `${base}guide-${name}.js` }));
  });
}

// What the files with code call.
window.guideCode = (name, list) => {
  codes[name] = list;
  (waiting[name] ?? []).forEach((resolve) => resolve(list));
};

async function copied(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    said.textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(code);
    said.textContent = "Selected: press Ctrl+C to copy.";
  }
}

const kept = stored();
if (kept in FRAMEWORKS) framework = kept;
read();
place.querySelector(".xe-guide-still").classList.add("xe-guide-has-live");
place.append(el("div", { class: "xe-guide-live" }, body, said));
show(false);
if (location.hash.startsWith("#choose")) place.scrollIntoView();
