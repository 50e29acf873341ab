// Runs cells: starts the worker, hands it one cell after another, shows what comes back.

let worker = null; // or the worker, which may still be loading
let phase = "loading"; // what it does: loading Python, idle, bringing packages, running
let active = null; // the cell whose button was pressed
let running = null; // the cell that runs: the active one, or one that it needs
const waiting = [];
let original = null; // the fingerprints of the stored outputs
let current = null; // those of the cells as they stood when Python was last asked

const MB = (bytes) => (bytes / 1e6).toFixed(1);
const sources = () => cells.map(textOf);
const GONE = "What the cells had computed is gone; the next Run computes what it needs anew.";

function startWorker() {
  worker = new Worker(`${folder}../python/worker.js`);
  phase = "loading";
  const mine = worker;
  const ifMine = (act) => (event) => mine === worker && act(event);
  worker.onmessage = ifMine(({ data }) => HEAR[data.type](data));
  worker.onerror = ifMine((event) => {
    event.preventDefault();
    HEAR.broken({ message: event.message, loading: phase === "loading" });
  });
  worker.postMessage({ type: "cells", sources: cells.map((cell) => cell.source) });
}

function endWorker() {
  worker?.terminate();
  worker = null;
}

const HEAR = {
  progress({ what, loaded, total }) {
    if (active) meter(active, what, loaded, total);
  },
  ready() {
    phase = "idle";
    if (active) start(active);
  },
  fingerprints({ fingerprints }) {
    current = fingerprints;
    original ??= fingerprints;
    cells.forEach(paint);
  },
  begins({ cell }) {
    phase = "bringing";
    running = cells[cell];
    state(active, "loading", running === active ? "" : `Running ${running.name} first, which this one needs.`);
  },
  runs() {
    phase = "running";
    meter(active);
    // What waits for the reader's prediction is uncovered by running that very cell, not by one that needs it.
    if (running === active) running.root.dispatchEvent(new Event("uncover"));
    running.covered = place(running).classList.contains("is-covered") && textOf(running) === running.source;
    running.cleared = running.covered;
    if (running.covered) running.printed = "";
    running.ranText = running.tried = textOf(running);
    state(running, "running", "Running …");
  },
  output({ cell, kind, content }) {
    if (!cells[cell].covered || kind === "error") show(cells[cell], kind, content);
  },
  ran({ cell: number, seconds, fingerprints }) {
    const cell = cells[number];
    clearOnce(cell);
    cell.shown = fingerprints[number];
    cell.shownText = cell.ranText;
    cell.result = seconds === undefined ? "failed" : "done";
    current = fingerprints;
    state(cell, null, seconds === undefined ? "Failed." : `Done in ${seconds.toFixed(2)} s.`);
    if (cell.exercise && /^Correct: /m.test(cell.printed) && !/^Not yet: /m.test(cell.printed)) {
      save(cell);
      done("exercise", cell.exercise);
    }
  },
  finished({ cell: number, failed, before }) {
    const cell = cells[number];
    if (failed !== null && failed !== number) {
      cell.result = "failed";
      state(cell, null, "");
      cell.said.append(link(cells[failed]), ", which this one needs, has failed. Mend it first.");
    } else if (before.length) {
      cell.said.append(" Ran first what it needs: ");
      before.forEach(([each, names], i) =>
        cell.said.append(i ? ", " : "", link(cells[each]), names.length ? ` (${names.join(", ")})` : ""),
      );
      cell.said.append(".");
    }
    next();
  },
  unloaded({ what, stopped }) {
    for (const cell of new Set([running, active])) {
      cell.result = stopped ? "stopped" : "failed";
      state(
        cell,
        null,
        stopped
          ? `Loading ${what} was stopped. Nothing was lost.`
          : `${what} could not be loaded: the connection broke off. Try again.`,
      );
    }
    next();
  },
  broken({ message, loading }) {
    endWorker();
    const said = loading
      ? `Python could not be loaded: the connection broke off, or a file is missing (${message}). Try again.`
      : `Python broke down (${message}). ${GONE}`;
    finishActive("failed", said);
    for (const cell of waiting.splice(0)) state(cell, null, "");
  },
};

const link = (cell) => element("a", { href: `#${cell.root.id}`, textContent: cell.name });

// Ends what is active with a result.
function finishActive(result, said) {
  for (const cell of new Set([running, active])) {
    if (!cell) continue;
    if (cell.busy === "running") clearOnce(cell);
    cell.result = result;
    state(cell, null, said);
  }
  active = running = null;
}

function next() {
  phase = "idle";
  active = running = null;
  if (waiting.length) start(waiting.shift());
  else askForFingerprints();
}

function start(cell) {
  active = cell;
  if (!worker) startWorker();
  if (phase === "loading") return state(cell, "loading", "Loading Python …");
  phase = "bringing";
  state(cell, "loading", "");
  worker.postMessage({ type: "run", cell: cell.number, sources: sources() });
}

function run(cell) {
  if (cell.busy) return;
  if (location.protocol === "file:") return void (cell.said.textContent = FROM_DISK);
  if (cell.editor) save(cell);
  cell.tried = textOf(cell);
  if (!active) return start(cell);
  waiting.push(cell);
  state(cell, "loading", `Waits for ${active.name}.`);
}

function stop(cell) {
  if (waiting.includes(cell)) {
    waiting.splice(waiting.indexOf(cell), 1);
    state(cell, null, "");
  } else if (phase === "bringing") worker.postMessage({ type: "cancel" });
  else {
    const loading = phase === "loading";
    endWorker();
    finishActive("stopped", loading ? "Loading was stopped." : `Stopped. ${GONE}`);
    if (waiting.length) start(waiting.shift());
    else if (!loading) startWorker(); // for the next press
  }
  cell.run.focus();
}

function reset(cell) {
  if (cell.busy) stop(cell);
  if (cell.stored) cell.output.replaceChildren(...cell.stored);
  if (cell.output && !cell.output.childNodes.length) {
    cell.output.remove();
    cell.output = cell.stored = null;
  }
  cell.result = "idle";
  cell.shown = cell.shownText = undefined;
  cell.said.textContent = "";
  if (current) current[cell.number] = original[cell.number]; // until Python says whether cells above have changed
  if (cell.editor) {
    cell.editor.value = cell.source;
    changed(cell);
  }
  kept.remove(cell.key);
  state(cell, null, "");
  cell.run.focus();
}

// What a cell is, in data-state, and in words beside its buttons.
function state(cell, busy, said) {
  cell.busy = busy;
  cell.said.textContent = said;
  if (busy !== "loading") meter(cell);
  paint(cell);
}

const STALE = "This output is of earlier code.";

function paint(cell) {
  const text = textOf(cell);
  const own = text !== (cell.shownText ?? cell.source);
  const above = original && !own && current[cell.number] !== (cell.shown ?? original[cell.number]);
  const ended = ["failed", "stopped"].includes(cell.result) && text === cell.tried;
  const stale = (own || Boolean(above)) && !ended;
  if (stale && !cell.busy) cell.said.textContent = STALE;
  if (!stale && cell.said.textContent === STALE) cell.said.textContent = "";
  cell.root.dataset.state = cell.busy ?? (stale ? "stale" : cell.result);
  cell.run.setAttribute("aria-disabled", String(Boolean(cell.busy)));
  cell.stop.hidden = !cell.busy;
  cell.reset.hidden = text === cell.source && !cell.stored;
}

// How much is loaded, of how much: a bar, and the bytes in words.
function meter(cell, what, loaded, total) {
  if (!what) {
    cell.meter?.remove();
    cell.meter = null;
    return;
  }
  if (!cell.meter) {
    cell.meter = element("span", { className: "py-meter" }, element("progress"), element("span"));
    cell.said.before(cell.meter);
    cell.said.textContent = `Loading ${what}.`;
  }
  const [bar, words] = cell.meter.children;
  bar.setAttribute("aria-label", `Loading ${what}`);
  Object.assign(bar, { max: total, value: loaded });
  words.textContent = loaded < total ? `${MB(loaded)} of ${MB(total)} MB` : `${MB(total)} MB, starting`;
}

// After an edit, Python says which outputs below no longer belong to the code above them.
let asking;
function askForFingerprints() {
  clearTimeout(asking);
  if (worker && original && !active)
    asking = setTimeout(() => worker?.postMessage({ type: "cells", sources: sources() }), 300);
}

window.xenteduCells = { run, stop, reset, edit, enter, restore };
