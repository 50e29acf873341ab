// What makes a text field an editor of Python: colours, indentation, keys. Part of run.js; see
// book/extensions/cells.py.

const KEYWORDS =
  "as assert async await break case class continue def del elif else except finally for from global if import " +
  "lambda match nonlocal pass raise return try while with yield";
const BUILTINS =
  "abs all any bool bytes callable chr complex dict dir divmod enumerate filter float format frozenset getattr " +
  "hasattr hash hex id int isinstance issubclass iter len list map max min next object open ord pow print range " +
  "repr reversed round set setattr slice sorted str sum super tuple type vars zip ArithmeticError AttributeError " +
  "Exception IndexError KeyError NameError OverflowError RuntimeError StopIteration TypeError ValueError " +
  "ZeroDivisionError";
// The classes are those of Pygments, which coloured the page.
const CLASSES = Object.fromEntries([
  ...KEYWORDS.split(" ").map((word) => [word, "k"]),
  ...BUILTINS.split(" ").map((word) => [word, "nb"]),
  ...["and", "in", "is", "not", "or"].map((word) => [word, "ow"]),
  ...["False", "None", "True"].map((word) => [word, "kc"]),
  ...["from", "import"].map((word) => [word, "kn"]),
]);
const TOKEN = new RegExp(
  [
    "(?<comment>#.*)",
    "(?<string>[bBfFrRuU]{0,2}(?:\"\"\"[^]*?(?:\"\"\"|$)|'''[^]*?(?:'''|$)|" +
      "\"(?:\\\\[^]|[^\"\\\\\\n])*\"?|'(?:\\\\[^]|[^'\\\\\\n])*'?))",
    "(?<number>(?<![\\w.])(?:0[xob][\\da-f_]+|(?:\\d[\\d_]*\\.?[\\d_]*|\\.\\d[\\d_]*)(?:e[+-]?\\d+)?j?))",
    "(?<word>[^\\W\\d]\\w*)",
    "(?<decorator>@[\\w.]+(?=[^]*\\n\\s*(?:def|class|@)))",
    "(?<operator>[-+*/%@&|^~<>=!]+)",
  ].join("|"),
  "gi",
);

// Returns the source as nodes, coloured.
function coloured(source) {
  const parts = [];
  let end = 0;
  let before = "";
  for (const match of source.matchAll(TOKEN)) {
    const [text] = match;
    const { comment, string, number, word, decorator } = match.groups;
    let kind = comment
      ? "c1"
      : string
        ? "s2"
        : number
          ? /[.e]/i.test(number)
            ? "mf"
            : "mi"
          : decorator
            ? "nd"
            : word
              ? CLASSES[word]
              : "o";
    if (word && before === "def") kind = "nf";
    if (word && before === "class") kind = "nc";
    if (word && source[match.index - 1] === ".") kind = undefined;
    parts.push(source.slice(end, match.index), kind ? element("span", { className: kind, textContent: text }) : text);
    end = match.index + text.length;
    before = word ?? "";
  }
  return [...parts, source.slice(end), "\n"];
}

const textOf = (cell) => cell.editor?.value ?? cell.source;

// After the text has changed, however that came about.
function changed(cell) {
  const text = textOf(cell);
  cell.pre.replaceChildren(...(text === cell.source ? cell.coloured : coloured(text)));
  cell.pre.scrollLeft = cell.editor.scrollLeft;
  clearTimeout(cell.saving);
  cell.saving = setTimeout(() => save(cell), 400);
  if (current) current[cell.number] = cell.shown ?? original[cell.number]; // until Python says what it depends on
  paint(cell);
  askForFingerprints();
}

function save(cell) {
  clearTimeout(cell.saving);
  if (textOf(cell) === cell.source) kept.remove(cell.key);
  else kept.set(cell.key, textOf(cell));
}

addEventListener("pagehide", () => cells.filter((cell) => cell.editor).forEach(save));

// Replaces the selection with a text, in a way that can be undone.
function insert(editor, text) {
  if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
    editor.setRangeText(text, editor.selectionStart, editor.selectionEnd, "end");
    editor.dispatchEvent(new Event("input"));
  }
}

// Replaces each line that the selection touches.
function lines(editor, change) {
  const { value, selectionStart, selectionEnd } = editor;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const last = selectionEnd > selectionStart && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd;
  const end = (value.indexOf("\n", last) + value.length + 1) % (value.length + 1) || value.length;
  const old = value.slice(start, end);
  const now = change(old.split("\n")).join("\n");
  if (now === old) return;
  editor.setSelectionRange(start, end);
  insert(editor, now);
  if (old.includes("\n")) editor.setSelectionRange(start, start + now.length);
  else
    editor.setSelectionRange(
      ...[selectionStart, selectionEnd].map((at) => Math.max(start, at + now.length - old.length)),
    );
}

const dedent = (line) => line.replace(/^ {1,4}/, "");
const indent = (line) => (line ? `    ${line}` : line);
const comment = (all) =>
  all.every((line) => !line.trim() || /^\s*#/.test(line))
    ? all.map((line) => line.replace(/^(\s*)# ?/, "$1"))
    : all.map((line) => (line.trim() ? line.replace(/^\s*/, "$&# ") : line));

// What a key does in an editor; true where the browser should do nothing more.
function press(cell, event) {
  const { editor } = cell;
  const { key, shiftKey } = event;
  const control = event.ctrlKey || event.metaKey;
  const { value, selectionStart: at, selectionEnd } = editor;
  const line = value.slice(value.lastIndexOf("\n", at - 1) + 1, at);
  if (event.isComposing) return false;
  if (key === "Enter" && (control || shiftKey)) return (run(cell), true);
  if (key === "Escape") {
    cell.run.focus();
    return true;
  }
  if (key === "/" && control) return (lines(editor, comment), true);
  if (control || event.altKey) return false;
  // Tab moves on for a reader who is moving through the page, and indents for one who has begun to type.
  if (key === "Tab" && !cell.typing) return false;
  if (key !== "Shift") cell.typing = true;
  if (key === "Tab" && (shiftKey || value.slice(at, selectionEnd).includes("\n"))) {
    return (lines(editor, (all) => all.map(shiftKey ? dedent : indent)), true);
  }
  if (key === "Tab") return (insert(editor, " ".repeat(4 - (line.length % 4))), true);
  if (key === "Enter") {
    const depth = /^ */.exec(line)[0].length;
    const change = /:\s*(#.*)?$/.test(line) ? 4 : /^\s*(return|pass|break|continue|raise)\b/.test(line) ? -4 : 0;
    return (insert(editor, `\n${" ".repeat(Math.max(0, depth + change))}`), true);
  }
  if (key === "Backspace" && at === selectionEnd && /^ +$/.test(line)) {
    editor.setSelectionRange(at - (line.length % 4 || 4), at);
    return (insert(editor, ""), true);
  }
  return false;
}

// Makes the cell's text field an editor: at the first focus, or before.
function enter(cell) {
  if (cell.coloured) return;
  cell.coloured = [...cell.pre.childNodes];
  cell.hint = element("span", {
    className: "py-hint",
    id: `hint-${cell.number + 1}`,
    textContent: "Ctrl+Enter runs, Escape leaves.",
  });
  cell.stop.after(cell.hint);
  cell.editor.setAttribute("aria-describedby", cell.hint.id);
  cell.editor.addEventListener("keydown", (event) => press(cell, event) && event.preventDefault());
  cell.editor.addEventListener("pointerdown", () => (cell.typing = true));
  cell.editor.addEventListener("blur", () => (cell.typing = false));
  cell.editor.addEventListener("input", () => changed(cell));
}

function edit(cell) {
  open(cell);
  enter(cell);
  cell.editor.focus();
  cell.typing = true;
}

// Brings back what the reader wrote last time. It is shown; nothing runs by itself.
function restore(cell, text) {
  open(cell);
  enter(cell);
  cell.editor.value = text;
  changed(cell);
}
