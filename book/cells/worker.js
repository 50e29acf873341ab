// Python for a page, in a worker: the page answers while a cell runs, and Stop ends whatever runs here.
// book/extensions/cells.py puts SIZES, PACKAGES and SOURCES before this: what the files weigh, what a module needs, and
// page.py.

importScripts("pyodide.js");

const START = ["pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", ...PACKAGES.numpy.files, WHEEL];
const send = (type, content, transfer = []) => postMessage({ type, ...content }, transfer);

// What a download has brought so far, of how much, told ten times in a second.
class Download {
  constructor(what, files) {
    this.what = what;
    this.total = files.reduce((sum, name) => sum + SIZES[name], 0);
    this.loaded = this.told = 0;
    this.abort = new AbortController();
  }

  count(bytes) {
    this.loaded = Math.min(this.loaded + bytes, this.total);
    if (performance.now() - this.told < 100 && this.loaded < this.total) return;
    this.told = performance.now();
    send("progress", { what: this.what, loaded: this.loaded, total: this.total });
  }

  // Counts a response as it comes; returns its parts, all of them or none.
  async follow(name, response) {
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    const parts = [];
    let size = 0;
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
      this.count(value.length);
    }
    if (size !== SIZES[name]) throw new Error(`${name}: ${size} of ${SIZES[name]} bytes`);
    return parts;
  }

  async bytes(name) {
    const response = await fetchFromSite(name, { signal: this.abort.signal });
    return new Blob(await this.follow(name, response)).arrayBuffer();
  }
}

// Pyodide waits for ever if the download of its own file breaks off.
let breakOff;
const brokenOff = new Promise((_, reject) => (breakOff = reject));

// Pyodide asks for its files by fetch: here it finds what was brought ahead, all files at once.
const brought = new Map();
const nameOf = (url) => String(url).split("/").pop();
const fetchFromSite = self.fetch.bind(self);
self.fetch = async (url, options) => {
  const name = nameOf(url.url ?? url);
  if (name === "pyodide-lock.json") return new Response(JSON.stringify(LOCK));
  if (brought.has(name)) return new Response(await brought.get(name));
  const response = await fetchFromSite(url, options);
  download.follow(name, response.clone()).catch(breakOff);
  return response;
};
const importFromSite = self.importScripts.bind(self);
self.importScripts = (...urls) => {
  importFromSite(...urls);
  for (const url of urls) download.count(SIZES[nameOf(url)] ?? 0);
};

let download = new Download("Python and NumPy", START);

async function start() {
  for (const name of [...PACKAGES.numpy.files, WHEEL, "python_stdlib.zip"]) {
    brought.set(name, download.bytes(name));
    brought.get(name).catch(breakOff);
  }
  const pyodide = await loadPyodide({
    indexURL: "./",
    env: { MPLBACKEND: "module://page_backend", HOME: "/home/pyodide" },
  });
  await pyodide.loadPackage("numpy", { messageCallback() {} });
  pyodide.unpackArchive(await brought.get(WHEEL), "wheel");
  for (const [name, text] of Object.entries(SOURCES))
    pyodide.FS.writeFile(`/lib/python3.12/site-packages/${name}`, text);
  brought.clear();
  const { Page } = pyodide.pyimport("page");
  return { pyodide, page: Page(emit), loaded: new Set(["numpy", ...PACKAGES.numpy.files]) };
}

let showing = 0; // the cell that runs

function emit(kind, ...content) {
  const parts = content.map((part) => part?.toJs?.({ dict_converter: Object.fromEntries }) ?? part);
  send("output", { cell: showing, kind, content: parts });
}

// A package, and what it needs, is loaded for the first cell that imports it.
async function bring({ pyodide, loaded }, modules) {
  const names = modules.filter((module) => PACKAGES[module] && !loaded.has(module));
  const files = [...new Set(names.flatMap((name) => PACKAGES[name].files))].filter((file) => !loaded.has(file));
  if (!files.length) return;
  download = new Download(names.map((name) => PACKAGES[name].name).join(" and "), files);
  download.count(0);
  for (const file of files) brought.set(file, download.bytes(file));
  try {
    await Promise.all(files.map((file) => brought.get(file)));
    await pyodide.loadPackage(
      names.map((name) => PACKAGES[name].name),
      { messageCallback() {} },
    );
  } finally {
    download.abort.abort(); // the others, where one has failed
    brought.clear();
  }
  for (const each of [...names, ...files]) loaded.add(each);
}

async function run(python, { cell, sources }) {
  const { page } = python;
  page.update(sources);
  const before = [];
  let next, seconds;
  do {
    next = showing = page.next(cell);
    if (next !== cell) before.push([next, page.names(cell, next).toJs()]);
    send("begins", { cell: next, asked: cell });
    try {
      await bring(python, page.modules(next).toJs());
    } catch (error) {
      return send("unloaded", { cell: next, asked: cell, what: download.what, stopped: error.name === "AbortError" });
    }
    send("runs", { cell: next });
    seconds = page.execute(next);
    send("ran", { cell: next, seconds, fingerprints: page.fingerprints().toJs() });
  } while (next !== cell && seconds !== undefined && before.length < 1000);
  send("finished", { cell, failed: seconds === undefined ? next : null, seconds, before });
}

const ready = Promise.race([start(), brokenOff]);
ready.then(
  () => send("ready"),
  (error) => send("broken", { message: String(error.message ?? error), loading: true }),
);
let last = ready.catch(() => {});

addEventListener("message", ({ data }) => {
  if (data.type === "cancel") download.abort.abort();
  else
    last = last
      .then(async () => {
        const python = await ready;
        if (data.type === "run") return run(python, data);
        python.page.update(data.sources);
        send("fingerprints", { fingerprints: python.page.fingerprints().toJs() });
      })
      .catch((error) => send("broken", { message: String(error.message ?? error) }));
});
