// Light or dark, before anything is painted: what the reader chose, or what the system has.
const root = document.documentElement;
root.dataset.mode = localStorage.getItem("mode") || "auto";
root.dataset.defaultMode = "auto";
root.dataset.theme =
  root.dataset.mode !== "auto" ? root.dataset.mode : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
