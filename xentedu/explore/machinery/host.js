// Brings the figures of a built page to life with no kernel: it stands in for JupyterLab's side of a widget.
// A classic script, not a module, so that it also runs from file://. The page gives each figure as
//   <figure class="xe-figure" data-figure="two_families" data-model="…" data-state="{…}">its still picture</figure>
// and each figure's code registers itself in xentedu.figures when its script is loaded.

const models = {}; // id -> model; figures with the same id share one
const base = document.currentScript.src.replace(/[^/]*$/, "");

// The part of anywidget's model that figures use: get, set, on, off, save_changes.
class Model {
  constructor(state) {
    this.state = state;
    this.listeners = {};
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
    this.state[name] = value;
    (this.listeners[`change:${name}`] ?? []).forEach((f) => f());
  }
  on(event, f) {
    (this.listeners[event] ??= []).push(f);
  }
  off(event, f) {
    this.listeners[event] = (this.listeners[event] ?? []).filter((g) => g !== f);
  }
  save_changes() {
    (this.listeners.saved ?? []).forEach((f) => f());
  }
}

const loading = {};
const load = (name) =>
  (loading[name] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${base}xentedu-${name}.js`;
    script.onload = () => resolve(xentedu.figures[name]);
    script.onerror = () => reject(new Error(`figure ${name}: its script did not load`));
    document.head.append(script);
  }));

// The state that a reader set stands in the address, #two_families?labels=[1,1,0], to be linked to and come back to.
// A mistyped or impossible state leaves the figure as it was.
const ADMITS = {
  number: (v, { low, high, whole }) =>
    typeof v === "number" && v >= low && v <= high && (!whole || Number.isInteger(v)),
  choice: (v, { options }) => options.includes(v),
  flag: (v) => typeof v === "boolean",
  list: (v, { item, shortest, longest, like }, state) =>
    Array.isArray(v) &&
    v.length >= shortest &&
    v.length <= longest &&
    (!like || v.length === state[like].length) &&
    v.every((each) => ADMITS.number(each, item)),
};
const admits = (schema, state) =>
  Object.entries(schema).every(([key, limits]) => ADMITS[limits.kind](state[key], limits, state));

function addressed(name, state, schema) {
  const [target, query = ""] = location.hash.slice(1).split("?");
  if (target !== name) return null;
  try {
    const read = { ...state };
    for (const [key, text] of new URLSearchParams(query)) if (key in state) read[key] = JSON.parse(text);
    return admits(schema, read) ? read : state;
  } catch {
    return state;
  }
}

function remember(name, model, start) {
  const changed = Object.entries(model.state).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(start[key]),
  );
  const query = new URLSearchParams(changed.map(([key, value]) => [key, JSON.stringify(value)]));
  history.replaceState(null, "", `#${name}?${query}`);
}

// When the browser has gone to the place that the address names, which takes the focus from whatever has it.
const settled = new Promise((resolve) => {
  const next = () => requestAnimationFrame(() => requestAnimationFrame(resolve));
  if (document.readyState === "complete") next();
  else addEventListener("load", next);
});

export async function enliven(figure) {
  const { figure: name, model: id, state } = figure.dataset;
  const { render, schema } = await load(name);
  let model = models[id];
  let linked = null;
  if (!model) {
    const start = JSON.parse(state);
    linked = addressed(name, start, schema);
    model = models[id] = new Model({ ...(linked ?? start) });
    let timer;
    model.on("saved", () => {
      clearTimeout(timer);
      timer = setTimeout(() => remember(name, model, start), 500);
    });
  }
  const note = () => {
    figure.dataset.state = JSON.stringify(model.state);
  }; // for whoever wants to check
  note();
  model.on("saved", note);
  const el = document.createElement("div");
  figure.prepend(el);
  render({ model, el });
  figure.classList.add("xe-is-live");
  // A reader who comes by keyboard sees the whole figure, not only the control that has the focus.
  el.addEventListener("focusin", ({ target }) => {
    if (target.matches(":focus-visible")) figure.scrollIntoView({ block: "nearest" });
  });
  if (linked) {
    await settled;
    figure.scrollIntoView();
    // Of a group of radio buttons, the one that is checked: the arrow keys would change it to its neighbour.
    const first = el.querySelector("input");
    (first.type === "radio" ? el.querySelector(`[name="${first.name}"]:checked`) : first).focus({
      preventScroll: true,
    });
  }
}

const start = () => document.querySelectorAll(".xe-figure").forEach(enliven);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
// A link to a figure of the page that is open changes the address alone.
addEventListener("hashchange", () => {
  if (document.getElementById(location.hash.slice(1).split("?")[0])?.matches(".xe-figure")) location.reload();
});
