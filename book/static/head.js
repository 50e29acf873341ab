// Light or dark, before anything is painted: what the reader chose, or what the system has.
const root = document.documentElement;
root.dataset.mode = localStorage.getItem("mode") || "auto";
root.dataset.defaultMode = "auto";
root.dataset.theme =
  root.dataset.mode !== "auto" ? root.dataset.mode : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

// The theme's dialogs have no names of their own.
const DIALOGS = {
  "pst-primary-sidebar-modal": "Contents of the book",
  "pst-secondary-sidebar-modal": "Contents of this page",
  "pst-search-dialog": "Search",
};
addEventListener("DOMContentLoaded", () => {
  for (const [id, name] of Object.entries(DIALOGS)) document.getElementById(id)?.setAttribute("aria-label", name);
});
