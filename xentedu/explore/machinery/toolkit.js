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
  el.append(...parts, ...(document.fullscreenEnabled ? [fullScreen(el)] : []));
}

// A button that shows the figure alone, with its question where it has one, as large as the screen allows. All sizes
// in it are in rem, so that the size of the root's type scales them together.
function fullScreen(el) {
  const button = h("button", { type: "button", class: "xe-full" }, "Full screen"),
    root = document.documentElement;
  const isOn = () => document.fullscreenElement?.contains(el) ?? false;
  const fit = () => {
    button.textContent = isOn() ? "Leave full screen" : "Full screen";
    if (isOn() || !document.fullscreenElement) root.style.fontSize = ""; // else it is another figure's
    if (!isOn()) return;
    const place = document.fullscreenElement,
      base = parseFloat(getComputedStyle(root).fontSize);
    const fits = () => place.scrollHeight <= innerHeight && place.scrollWidth <= innerWidth;
    // Type twice as large fits if type as it was fits half a screen, which padding (beyond that of figures.css) makes.
    // Larger type would lay out the page behind it too, at each try.
    const wouldFit = (size) => {
      const spare = 1 - base / size;
      place.style.padding = `1rem calc(1.5rem + ${spare * innerWidth}px) calc(1rem + ${spare * innerHeight}px) 1.5rem`;
      return fits();
    };
    let [size, tooLarge] = [base, 4 * base];
    while (tooLarge - size > 0.5) {
      const middle = (size + tooLarge) / 2;
      if (wouldFit(middle)) size = middle;
      else tooLarge = middle;
    }
    place.style.padding = "";
    for (; ; size = Math.max(size - 0.5, base)) {
      root.style.fontSize = `${size}px`;
      if (fits() || size === base) break; // lines of a pixel did not grow
    }
  };
  button.addEventListener("click", () => {
    if (isOn()) document.exitFullscreen();
    else (el.closest(".question-place") ?? el.closest(".xe-figure") ?? el).requestFullscreen();
  });
  document.addEventListener("fullscreenchange", fit);
  addEventListener("resize", () => {
    if (isOn()) fit();
  });
  return button;
}

// A number for people: fixed digits, a true minus sign, and the two that should alarm.
export function format(x, digits = 3) {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const text = Math.abs(x).toFixed(digits);
  return (x < 0 && Number(text) !== 0 ? "−" : "") + text;
}

// A sentence of Python's with its places filled: {name} by a text, {name:2} by a number with two digits, or by several
// of them, {name:e} by a number of any size.
export const tell = (template, values) =>
  template.replace(/\{(\w+)(?::(\w))?\}/g, (place, name, digits) => {
    const write = digits === "e" ? scientific : (v) => format(v, Number(digits));
    return digits ? [values[name]].flat().map(write).join(", ") : values[name];
  });

// A number of any size: three digits and a power of ten, or 0.
export function scientific(x) {
  if (x === 0 || !Number.isFinite(x)) return format(x, 0);
  const [digits, power] = x.toExponential(2).split("e");
  const raised = [...String(Math.abs(power))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");
  return `${digits.replace("-", "−")} × 10${power < 0 ? "⁻" : ""}${raised}`;
}

// Show a number: its text for people, its full value for whoever wants to check it. `say` writes the text.
export function show(element, x, digits, say = format) {
  element.textContent = say(x, digits);
  element.dataset.value = x;
  element.classList.toggle("xe-broken", !Number.isFinite(x));
}

// A labelled slider. `of` is what the schema says of its setting; `say` turns its value into what is shown beside it
// and what a screen reader says.
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
  // A finger leaves the focus where it was: what it has moved takes it, so that keys go on.
  input.addEventListener("pointerup", () => input.focus({ preventScroll: true, focusVisible: false }));
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

// A number to be typed. While what stands there is not one, or out of its limits, nothing changes.
export function numeric({ label, of: { low, high, step = 1 }, onInput }) {
  const input = h("input", { type: "number", min: low, max: high, step, "aria-label": label });
  input.addEventListener("input", () => {
    if (input.value !== "" && input.validity.valid) onInput(Number(input.value));
  });
  return {
    input,
    update(value) {
      if (Number(input.value) !== value || input.value === "") input.value = value;
    },
  };
}

// One of many: a list to open. `groups` is {name of a group: [option, …]}.
export function picker({ label, groups, onInput }) {
  const id = uid("picker");
  const options = (names) => names.map((name) => h("option", { value: name }, name));
  const lists = Object.entries(groups).map(([name, names]) => h("optgroup", { label: name }, ...options(names)));
  const list = h("select", { id }, ...lists);
  list.addEventListener("change", () => onInput(list.value));
  return {
    element: h("div", { class: "xe-picker" }, h("label", { for: id }, label), list),
    update(value) {
      list.value = value;
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

// A number within a picture's text.
export function numbered(x, digits, say) {
  const made = h("svg:tspan", { class: "xe-number" });
  show(made, x, digits, say);
  return made;
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

// The path of a line through points [x, y].
export const through = (points) => `M${points.map((point) => point.map((v) => v.toFixed(1)).join(" ")).join("L")}`;

// What a reader drags along an axis.
export const knob = (x, y, r = 8) => [
  h("svg:circle", { class: "xe-knob", cx: x, cy: y, r }),
  h("svg:path", { class: "xe-grip", d: `M${x - 2.5} ${y - 4}v8M${x + 2.5} ${y - 4}v8` }),
];

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
      ...x.ticks.map((v) => label(sx(v), base + 18, told(x, v), "middle")),
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

// Bind a figure to its model. `draw(now, before)` runs on every change from either side: `before` is the state that
// the reader's present gesture started from, a drag or a run of key presses, or null before the first.
export function bind(model, schema, draw) {
  const names = Object.keys(schema),
    read = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  let now = read(),
    before = null,
    last = -Infinity;
  const changed = () => {
    const time = performance.now();
    if (time - last > 900) before = now;
    last = time;
    now = read();
    draw(now, before);
  };
  names.forEach((name) => model.on(`change:${name}`, changed));
  draw(now, before);
  return {
    change(name, value) {
      model.set(name, value);
      model.save_changes();
    },
    redraw: () => draw(now, before),
    stop: () => names.forEach((name) => model.off(`change:${name}`, changed)),
  };
}

// Let a picture be taken in the hand: `move(x, y)` is called with a place in it, in its own units, while a pointer that
// went down on it moves. `grasp(x, y)` says which input it holds there, which then has the focus, so that the arrow
// keys go on where the pointer ends; where it gives none, nothing is held. A touch along `pan` still scrolls the page.
export function held(drawing, { grasp, move, pan = "pan-y" }) {
  const { width, height } = drawing.viewBox.baseVal;
  const place = ({ clientX, clientY }) => {
    const box = drawing.getBoundingClientRect();
    return [((clientX - box.left) / box.width) * width, ((clientY - box.top) / box.height) * height];
  };
  drawing.classList.add("xe-held");
  drawing.style.touchAction = pan;
  drawing.addEventListener("pointerdown", (event) => {
    const at = place(event),
      input = event.button === 0 && grasp(...at);
    if (!input) return;
    event.preventDefault(); // neither text is marked, nor the focus taken away again
    drawing.setPointerCapture(event.pointerId);
    input.focus({ preventScroll: true, focusVisible: false });
    move(...at);
  });
  drawing.addEventListener("pointermove", (event) => {
    if (drawing.hasPointerCapture(event.pointerId)) move(...place(event));
    else drawing.classList.toggle("xe-over", Boolean(grasp(...place(event))));
  });
}

// The nearest of a slider's values, for a place that a pointer points at.
export const nearest = ({ low, high, step = 1 }, v) =>
  Number(Math.min(high, Math.max(low, low + Math.round((v - low) / step) * step)).toFixed(6));

// The option whose place on an axis is nearest to the one that a pointer points at.
export const nearestOption = (options, place, at) => {
  const off = (option) => Math.abs(place(option) - at);
  return options.reduce((best, option) => (off(option) < off(best) ? option : best));
};

// A button that runs through a setting's values, from where it stands, in `seconds` from end to end.
export function player({ of: { low, high }, get, seconds = 8, onInput }) {
  const button = h("button", { type: "button", class: "xe-play" }, "Play");
  let running = false;
  const stop = () => {
    running = false;
    button.textContent = "Play";
  };
  const start = () => {
    running = true;
    button.textContent = "Pause";
    let at = get() >= high ? low : get(),
      last = performance.now();
    const next = (time) => {
      if (!running || !button.isConnected) return;
      at = Math.min(high, at + (Math.max(0, time - last) / 1000) * ((high - low) / seconds));
      last = time;
      if (Math.floor(at) !== get()) onInput(Math.floor(at));
      if (at >= high) stop();
      else requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  };
  button.addEventListener("click", () => (running ? stop() : start()));
  return { element: button, stop };
}

// A pattern of slanting lines, for where something is broken; `fill` it by `url(#id)`.
export const hatch = (id, name, angle = 45) =>
  h(
    "svg:pattern",
    { id, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})` },
    h("svg:path", { class: `xe-hatch xe-hatch-${name}`, d: "M0 0V7" }),
  );
