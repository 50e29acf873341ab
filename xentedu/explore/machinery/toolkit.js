// Drawing and controls for the figures: real elements, real inputs, nothing that needs a framework.

const SVG = "http://www.w3.org/2000/svg";
let serial = 0;

// An element: h("p", {class: "x"}, "text", child). Names that start with "svg:" are SVG's.
export function h(name, attributes = {}, ...children) {
  const element = name.startsWith("svg:") ? document.createElementNS(SVG, name.slice(4)) : document.createElement(name);
  set(element, attributes);
  element.append(...children);
  return element;
}

export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

export const uid = (prefix) => `xe-${prefix}-${++serial}`;

// Put a figure's parts into its place, under a class of its own for its style. JupyterLab takes plain keys for its own
// commands, the sliders' arrow keys among them: the attribute keeps them from its shortcuts, the listener from the
// notebook around the figure.
export function fill(el, name, ...parts) {
  el.classList.add("xe-live", name);
  el.dataset.lmSuppressShortcuts = "true";
  el.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  el.append(...parts);
}

// A number for people: fixed digits, a true minus sign, and the two that should alarm.
export function format(x, digits = 3) {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const text = Math.abs(x).toFixed(digits);
  return (x < 0 && Number(text) !== 0 ? "−" : "") + text;
}

// A sentence of Python's with its places filled: {name} by a text, {name:2} by a number with two digits, or by several.
export const tell = (template, values) =>
  template.replace(/\{(\w+)(?::(\d))?\}/g, (place, name, digits) =>
    digits
      ? [values[name]]
          .flat()
          .map((v) => format(v, Number(digits)))
          .join(", ")
      : values[name],
  );

// Show a number: its text for people, its full value for whoever wants to check it. `say` writes the text.
export function show(element, x, digits, say = format) {
  element.textContent = say(x, digits);
  element.dataset.value = x;
  element.classList.toggle("xe-broken", !Number.isFinite(x));
}

// A labelled slider. `of` is what the
// schema says of its setting; `say` turns its value into what is shown beside it and what a screen reader says.
export function slider({
  label,
  of: { low, high, step = 1 },
  digits = 1,
  say = (v) => format(v, digits),
  hideLabel = false,
  onInput,
}) {
  const id = uid("slider");
  const input = h("input", { type: "range", id, min: low, max: high, step });
  const output = h("output", { for: id });
  const caption = h("label", { for: id, ...(hideLabel ? { class: "xe-hidden" } : {}) }, label);
  input.addEventListener("input", () => onInput(Number(input.value)));
  return {
    input,
    output,
    caption,
    element: h("div", { class: "xe-slider" }, caption, input, output),
    update(value) {
      input.value = value;
      input.setAttribute("aria-valuetext", say(value));
      output.textContent = say(value);
    },
  };
}

// A slider over a list of options: it goes from place to place, and shows what stands there.
export function steps({ of: { options }, say = String, onInput, ...rest }) {
  const made = slider({
    ...rest,
    of: { low: 0, high: options.length - 1 },
    say: (i) => say(options[i]),
    onInput: (i) => onInput(options[i]),
  });
  return { ...made, update: (value) => made.update(options.indexOf(value)) };
}

// One of several: a fieldset of radio buttons. `options` is [[value, text], …].
export function choice({ label, options, onInput }) {
  const name = uid("choice");
  const inputs = options.map(([value]) => h("input", { type: "radio", name, value, id: uid("option") }));
  inputs.forEach((input, i) => input.addEventListener("change", () => onInput(options[i][0])));
  return {
    element: h(
      "fieldset",
      { class: "xe-choice" },
      h("legend", {}, label),
      ...options.map(([, text], i) => h("label", { for: inputs[i].id }, inputs[i], ` ${text}`)),
    ),
    update: (value) =>
      inputs.forEach((input, i) => {
        input.checked = options[i][0] === value;
      }),
  };
}

export function checkbox({ label, onInput }) {
  const input = h("input", { type: "checkbox" });
  input.addEventListener("change", () => onInput(input.checked));
  return {
    input,
    element: h("label", { class: "xe-check" }, input, h("span", {}, label)),
    update: (on) => {
      input.checked = on;
    },
  };
}

// The text that a screen reader gets: said when the reader pauses, not at every step of a slider.
export function spoken() {
  const element = h("p", { class: "xe-spoken", "aria-live": "polite" });
  let timer;
  return {
    element,
    update(text) {
      clearTimeout(timer);
      if (!element.textContent) element.textContent = text;
      else
        timer = setTimeout(() => {
          if (element.textContent !== text) element.textContent = text;
        }, 400);
    },
  };
}

// A linear scale from data to pixels.
export const scale =
  ([d0, d1], [r0, r1]) =>
  (x) =>
    r0 + ((x - d0) / (d1 - d0)) * (r1 - r0);

// The width of a picture as wide as the column. On a phone it has fewer units, so that its text stays readable.
export const COLUMN = globalThis.innerWidth < 640 ? 360 : 620;

// A picture, empty yet. What it shows is told in words elsewhere, so a screen reader passes it by.
export const picture = (width, height) =>
  h("svg:svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", class: "xe-plot" });

export const label = (x, y, text, anchor = "start") => h("svg:text", { x, y, "text-anchor": anchor }, text);

// The axes of a picture, and `x` and `y`, which turn data into its pixels. An axis is {range, ticks, name, log, tell}:
// `log` spaces it by powers of ten, `say` writes a tick. Without `y` there is a base line alone.
export function axes({ width, height, left = 46, right = 8, top = 10, bottom = 36, x, y }) {
  const base = height - bottom,
    end = width - right,
    middle = (base + top) / 2;
  const place = ({ range, log }, pixels) => {
    const linear = scale(log ? range.map(Math.log10) : range, pixels);
    return log ? (v) => linear(Math.log10(v)) : linear;
  };
  const told = ({ say = (v) => format(v, 0) }, v) => say(v);
  const sx = place(x, [left, end]),
    parts = [
      h("svg:path", { class: "xe-axis", d: `M${left} ${y ? top : base}V${base}H${end}` }),
      ...x.ticks.map((v) => label(sx(v), base + 16, told(x, v), "middle")),
      label((end + left) / 2, height - 4, x.name, "middle"),
    ];
  if (!y) return { x: sx, base, parts };
  const sy = place(y, [base, top]);
  parts.push(
    ...y.ticks.map((v) => label(left - 6, sy(v) + 4, told(y, v), "end")),
    h("svg:text", { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }, y.name),
  );
  return { x: sx, y: sy, base, parts };
}

// Bind a figure to its model: `change(name, value)` writes a trait, `draw` runs on every change from either side.
export function bind(model, schema, draw) {
  const names = Object.keys(schema);
  names.forEach((name) => model.on(`change:${name}`, draw));
  draw();
  return {
    change(name, value) {
      model.set(name, value);
      model.save_changes();
    },
    stop: () => names.forEach((name) => model.off(`change:${name}`, draw)),
  };
}
