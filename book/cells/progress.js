// The page of the reader's progress: all that is kept in this browser, to be saved as a file, taken back and cleared.
(() => {
  const { BOOK, kept, isDone, tell, count, element } = window.xenteduBook;
  const KEY = /^(done:(exercise|question):[\w-]+|code:(exercise:\w+|cell:[\w-]+:[\w-]+))$/;
  const place = document.getElementById("progress");
  const said = element("p", { role: "status" });
  const list = element("div");

  // A name as it stands in the code or the address, in words.
  const words = (name) => name.replace(/^.*-check-/, "question ").replaceAll("_", " ");

  function item(kind, name) {
    const made = element(
      "li",
      {},
      `${words(name)}: ${isDone(kind, name) ? `done on ${kept.get(`done:${kind}:${name}`)}` : "not yet"}`,
    );
    if (kind === "exercise") made.append(...code(`code:exercise:${name}`));
    return made;
  }

  function code(key) {
    const text = kept.get(key);
    if (text === null) return [];
    const pre = element("pre", { textContent: text, tabIndex: 0 });
    return [
      element(
        "details",
        {},
        element("summary", { textContent: "Your code" }),
        element("div", { className: "highlight" }, pre),
      ),
    ];
  }

  function draw() {
    list.replaceChildren();
    for (const [name, { title, exercises, questions }] of Object.entries(BOOK.chapters)) {
      const others = kept.keys().filter((key) => key.startsWith(`code:cell:${name}:`));
      list.append(
        element("h2", {}, element("a", { href: `${name}.html`, textContent: title })),
        element("p", { textContent: `${count(name).words}.`.replace(/^./, (c) => c.toUpperCase()) }),
        element(
          "ul",
          {},
          ...exercises.map((each) => item("exercise", each)),
          ...questions.map((each) => item("question", each)),
        ),
      );
      if (others.length)
        list.append(element("p", { textContent: "Cells that you have changed:" }), ...others.flatMap(code));
    }
    tell();
  }

  function save() {
    const content = {
      xentedu: 1,
      kept: Object.fromEntries(
        kept
          .keys()
          .filter((key) => KEY.test(key))
          .map((key) => [key, kept.get(key)]),
      ),
    };
    const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
    element("a", { href: url, download: "xentedu-progress.json" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    said.textContent = "Saved as xentedu-progress.json, where your browser puts downloads.";
  }

  // What a file holds is text: it is shown and put into editors, and runs when its reader runs it.
  async function take({ target }) {
    const [file] = target.files;
    target.value = "";
    let content;
    try {
      if (file.size < 5e6) content = JSON.parse(await file.text());
    } catch {} // not JSON
    if (content?.xentedu !== 1 || typeof content.kept !== "object" || content.kept === null) {
      said.textContent = `${file.name} was not saved by this page. Nothing has changed.`;
      return;
    }
    const all = Object.entries(content.kept);
    const good = all.filter(
      ([key, value]) =>
        KEY.test(key) && typeof value === "string" && (key.startsWith("code:") || /^\d{4}-\d\d-\d\d$/.test(value)),
    );
    for (const [key, value] of good) kept.set(key, value);
    draw();
    said.textContent =
      `${good.length} entries of ${file.name} were taken back.` +
      (good.length < all.length ? ` ${all.length - good.length} were of another kind and were left out.` : "") +
      notKept();
  }

  function clear() {
    if (
      !confirm(
        "Clear all that you have done and written in this book? It cannot be brought back, except from a saved file.",
      )
    )
      return;
    for (const key of kept.keys()) if (KEY.test(key)) kept.remove(key);
    draw();
    said.textContent = "All is cleared.";
  }

  const notKept = () =>
    kept.full ? " This browser keeps nothing, or is full: it is gone when you leave this page." : "";
  const button = (text, act) => {
    const made = element("button", { type: "button", textContent: text });
    made.addEventListener("click", act);
    return made;
  };
  const input = element("input", { type: "file", accept: ".json,application/json" });
  input.addEventListener("change", take);
  const label = element("label", {}, "Take back a saved file: ", input);
  place.append(
    element("div", { className: "py-bar" }, button("Save as a file", save), button("Clear all", clear), label),
    said,
    list,
  );
  if (document.documentElement.dataset.storage === "none")
    said.textContent = "This browser forbids pages to keep anything: what you do is gone when you leave the page.";
  addEventListener("storage", draw);
  draw();
})();
