const root = document.documentElement;

// Where the browser forbids storage, or has no room left, each use of it throws, in the theme's scripts too: then what
// would be kept lasts as long as the page, and data-storage says so.
try {
  localStorage.setItem("xentedu:", "");
  localStorage.removeItem("xentedu:");
} catch {
  const kept = {};
  try {
    Object.assign(kept, localStorage);
  } catch {} // forbidden
  const methods = {
    getItem: (key) => kept[key] ?? null,
    setItem: (key, value) => void (kept[key] = String(value)),
    removeItem: (key) => void delete kept[key],
  };
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(kept, name, { value });
  Object.defineProperty(window, "localStorage", { value: kept });
  root.dataset.storage = "none";
}

// Light or dark, before anything is painted: what the reader chose, or what the system has.
root.dataset.mode = localStorage.getItem("mode") || "auto";
root.dataset.defaultMode = "auto";
root.dataset.theme =
  root.dataset.mode !== "auto"
    ? root.dataset.mode
    : matchMedia("(prefers-color-scheme: dark)").matches
      ? "dark"
      : "light";

// The theme's dialogs have no names of their own.
const DIALOGS = {
  "pst-primary-sidebar-modal": "Contents of the book",
  "pst-secondary-sidebar-modal": "Contents of this page",
  "pst-search-dialog": "Search",
};
addEventListener("DOMContentLoaded", () => {
  for (const [id, name] of Object.entries(DIALOGS)) document.getElementById(id)?.setAttribute("aria-label", name);
});
