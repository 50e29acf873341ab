// What a page can do with its code cells, before anything is loaded: buttons, editors of the exercises, what the reader
// has done so far. run.js follows when a button is pressed or an editor is entered.
(() => {
  const BOOK = __BOOK__; // python: whether the site has it; chapters: name -> title, exercises, questions
  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  const chapter = location.pathname
    .split("/")
    .pop()
    .replace(/\.html$/, "");

  // What is kept in the reader's own browser, each thing under a key of its own, so that two tabs do not overwrite one
  // another. Where nothing can be kept, it lasts as long as the page.
  const PREFIX = "xentedu:";
  const unkept = new Map();
  const kept = {
    full: false,
    get: (key) => unkept.get(key) ?? localStorage.getItem(PREFIX + key),
    set(key, value) {
      try {
        localStorage.setItem(PREFIX + key, value);
        unkept.delete(key);
      } catch {
        unkept.set(key, value);
        kept.full = true;
      }
      if (document.documentElement.dataset.storage === "none") kept.full = true;
    },
    remove(key) {
      unkept.delete(key);
      localStorage.removeItem(PREFIX + key);
    },
    keys: () =>
      [
        ...new Set([
          ...unkept.keys(),
          ...Object.keys(localStorage)
            .filter((key) => key.startsWith(PREFIX))
            .map((key) => key.slice(PREFIX.length)),
        ]),
      ].sort(),
  };
  const isDone = (kind, name) => Boolean(kept.get(`done:${kind}:${name}`));

  function done(kind, name) {
    if (!isDone(kind, name)) kept.set(`done:${kind}:${name}`, new Date().toISOString().slice(0, 10));
    tell();
  }

  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  // In words: "2 of 4 exercises, 1 of 6 questions".
  function count(name) {
    const { exercises, questions } = BOOK.chapters[name];
    const [some, others] = [
      exercises.filter((each) => isDone("exercise", each)),
      questions.filter((each) => isDone("question", each)),
    ];
    const all = some.length === exercises.length && others.length === questions.length;
    const words = `${some.length} of ${exercises.length} exercises, ${others.length} of ${questions.length} questions`;
    return {
      any: some.length + others.length > 0,
      words: all ? `all done: ${exercises.length} exercises, ${questions.length} questions` : words,
    };
  }

  function tell() {
    for (const link of document.querySelectorAll(
      ".bd-sidenav a, .bd-article ol > li > p > a, #pst-primary-sidebar-modal a",
    )) {
      const name =
        link.href
          .split("#")[0]
          .split("/")
          .pop()
          .replace(/\.html$/, "") || chapter;
      if (!BOOK.chapters[name]) continue;
      const { any, words } = count(name);
      let said = link.querySelector(".py-count");
      if (any && !said) link.append((said = element("span", { className: "py-count" })));
      if (said) said.textContent = any ? ` ${words}` : "";
    }
    const said = document.querySelector(".py-head span");
    if (said) said.textContent = `Done so far: ${count(chapter).words}.`;
    for (const cell of cells) {
      if (cell.exercise)
        cell.mark.textContent = isDone("exercise", cell.exercise)
          ? kept.full
            ? "Done, but this browser keeps nothing."
            : "Done."
          : "";
    }
  }

  function load(name) {
    return (load[name] ??= new Promise((resolve, reject) => {
      const script = element("script", { src: folder + name });
      script.onload = resolve;
      script.onerror = () => {
        delete load[name];
        script.remove();
        reject(new Error(name));
      };
      document.head.append(script);
    }));
  }

  const FROM_DISK =
    "Python runs on pages that come from a server, and this one is a file: run “make serve” in the book's folder, or " +
    "“python -m http.server” in the folder of these pages, and open the address that it prints.";

  const button = (cell, word, act) => {
    const made = element("button", { type: "button", className: `py-${act}`, textContent: word });
    made.setAttribute("aria-label", `${word} ${cell.name}`);
    made.addEventListener("click", () => use(cell, act));
    cell.bar.append(made);
    return made;
  };

  // Loads run.js at the first use of a cell, and hands over.
  async function use(cell, act, ...rest) {
    if (location.protocol === "file:" && act === "run") return void (cell.said.textContent = FROM_DISK);
    try {
      await load("run.js");
    } catch {
      cell.said.textContent = "What runs the cells could not be loaded. Is the connection gone? Press again.";
      return;
    }
    window.xenteduCells[act](cell, ...rest);
  }

  function makeCell(root, number) {
    const pre = root.querySelector(".cell_input pre");
    const source = pre.textContent.replace(/\n$/, "");
    const exercise = root.classList.contains("tag_hide-cell") ? null : /exercises\.check\(\s*"(\w+)"/.exec(source)?.[1];
    const name = exercise ? `exercise ${exercise.replaceAll("_", " ")}` : `cell ${number + 1}`;
    const cell = { root, number, pre, source, exercise, name, result: "idle", stale: false, busy: null };
    cell.key = exercise ? `code:exercise:${exercise}` : `code:cell:${chapter}:${hash(source)}`;
    root.dataset.state = "idle";
    root.id ||= `cell-${number + 1}`;
    cell.bar = element("div", { className: "py-bar" });
    cell.run = button(cell, exercise ? "Check" : "Run", "run");
    cell.edit = button(cell, "Edit", "edit");
    cell.reset = button(cell, "Reset", "reset");
    cell.stop = button(cell, "Stop", "stop");
    cell.reset.hidden = cell.stop.hidden = true;
    cell.mark = element("strong", { className: "py-mark" });
    cell.said = element("span", { className: "py-said" });
    cell.said.setAttribute("role", "status");
    const label = element("span", { className: "py-name", textContent: `cell ${number + 1}` });
    cell.bar.append(cell.mark, cell.said, label);
    pre.closest(".cell_input").append(cell.bar);
    if (exercise) open(cell);
    cell.edit.hidden = Boolean(exercise); // its editor stands open
    return cell;
  }

  const hash = (text) => [...text].reduce((sum, c) => (Math.imul(sum, 31) + c.codePointAt(0)) | 0, 7).toString(36);

  // An editor is a text field that lies on the highlighted code, letter upon letter: its own text is transparent.
  function open(cell) {
    if (cell.editor) return;
    cell.editor = element("textarea", { className: "py-editor", spellcheck: false, wrap: "off", value: cell.source });
    for (const [name, value] of Object.entries({
      "aria-label": `Code of ${cell.name}`,
      autocapitalize: "off",
      autocomplete: "off",
      autocorrect: "off",
    }))
      cell.editor.setAttribute(name, value);
    cell.pre.inert = true;
    cell.pre.parentElement.classList.add("py-editing");
    cell.pre.after(cell.editor);
    cell.editor.addEventListener("focus", () => use(cell, "enter"), { once: true });
    cell.editor.addEventListener("scroll", () => (cell.pre.scrollLeft = cell.editor.scrollLeft));
  }

  const cells = [...document.querySelectorAll("div.cell")].filter((root) => root.querySelector(".cell_input pre"));
  if (BOOK.python) cells.forEach((root, number) => (cells[number] = makeCell(root, number)));
  else cells.length = 0;
  window.xenteduBook = {
    BOOK,
    kept,
    isDone,
    done,
    tell,
    count,
    element,
    open,
    cells,
    chapter,
    folder,
    load,
    FROM_DISK,
  };

  if (BOOK.chapters[chapter]) {
    const link = element("a", { href: "progress.html", textContent: "All of your progress" });
    document
      .querySelector(".bd-article h1")
      .after(element("p", { className: "py-head" }, element("span"), " ", link, "."));
  }
  // A question is done when its right answer is opened.
  document.addEventListener(
    "toggle",
    ({ target }) => {
      if (!target.open || !/^Right\./.test(target.querySelector(".sd-card-text strong")?.textContent ?? "")) return;
      let question = target.closest(".question-options") ?? target;
      while (question && !question.id?.includes("-check-")) question = question.previousElementSibling;
      if (question) done("question", question.id);
    },
    true,
  );
  addEventListener("storage", tell); // another tab
  tell();
  // The reader's own code of last time.
  for (const cell of cells) {
    if (![null, cell.source].includes(kept.get(cell.key))) use(cell, "restore", kept.get(cell.key));
  }
})();
