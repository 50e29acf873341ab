// What a cell shows, as in the book: text, tables, pictures, live figures, errors. Part of run.js.

// The place of a cell's outputs; what the book stores there waits for Reset.
function place(cell) {
  cell.output ??= cell.root.querySelector(".cell_output");
  if (!cell.output) {
    cell.output = element("div", { className: "cell_output docutils container" });
    cell.root.querySelector(".cell_input").after(cell.output);
  }
  cell.stored ??= [...cell.output.childNodes];
  return cell.output;
}

// Empties the place at the first new output, not before: nothing flickers.
function clearOnce(cell) {
  if (cell.cleared) return;
  cell.cleared = true;
  cell.printed = "";
  place(cell).replaceChildren();
}

const block = (kind, ...content) =>
  element(
    "div",
    { className: `output ${kind} highlight-myst-ansi notranslate` },
    element("div", { className: "highlight" }, element("pre", {}, ...content)),
  );

const SHOW = {
  stdout: (cell, text) => stream(cell, "stream", text),
  stderr: (cell, text) => stream(cell, "stderr", text),
  code: (cell, text) =>
    cell.output.append(
      element(
        "div",
        { className: "output" },
        element("div", { className: "highlight" }, element("pre", {}, ...coloured(text))),
      ),
    ),
  text: (cell, text) => cell.output.append(block("text_plain", text)),
  error: (cell, text) => cell.output.append(block("py-error", text)),
  html: (cell, html) => cell.output.append(element("div", { className: "output text_html" }, ...safe(html))),
  png: picture,
  figure,
};

function show(cell, kind, content) {
  clearOnce(cell);
  SHOW[kind](cell, ...content);
}

function stream(cell, kind, text) {
  if (kind === "stream") cell.printed += text;
  const last = cell.output.lastElementChild;
  if (last?.matches(`.${kind}`)) last.querySelector("pre").append(text);
  else cell.output.append(block(kind, text));
}

// Drawn on a canvas: the pages' policy allows no pictures but the book's own files.
function picture(cell, bytes) {
  const canvas = element("canvas", { role: "img", className: "py-picture" });
  const alt =
    textOf(cell) === cell.source &&
    cell.stored.map((node) => node.alt ?? node.querySelector?.("img")?.alt).find(Boolean);
  canvas.setAttribute("aria-label", alt || `Picture that ${cell.name} draws`);
  cell.output.append(element("div", { className: "output image_png" }, canvas));
  createImageBitmap(new Blob([bytes], { type: "image/png" })).then((bitmap) => {
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.style.width = `${bitmap.width / 2}px`;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
  });
}

let figures = 0;

function figure(cell, name, state, text, caption) {
  const made = element(
    "figure",
    { className: "xe-figure" },
    element("p", { className: "xe-caption", textContent: caption }),
  );
  Object.assign(made.dataset, { figure: name, model: `run-${++figures}`, state: JSON.stringify(state) });
  cell.output.append(made);
  window.xentedu.enliven(made);
}

// A table of the reader's own making has no script and no style of its own; the policy would stop them, and log it.
function safe(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  parsed
    .querySelectorAll("script, style, link, meta, base, iframe, object, embed, form")
    .forEach((node) => node.remove());
  for (const node of parsed.body.querySelectorAll("*")) {
    for (const { name, value } of [...node.attributes])
      if (name === "style" || name.startsWith("on") || /^\s*(javascript|data):/i.test(value))
        node.removeAttribute(name);
  }
  return [...parsed.body.childNodes].map((node) => document.adoptNode(node));
}
