// Questions that wait for an answer. A question is followed by folds, one for each option, whose text replies to that
// very option: "Right.", "No." or "Not quite." Here they become options, of which one is open at a time. What the
// cells tagged "covered" put out after a question stays covered until an option is chosen, or the reader asks for it;
// so do the paragraphs that follow such a cell, which say what came out.
// Without this script and on paper the folds are folds, and nothing is covered. JupyterLab folds what such a cell gave.

const REPLY = /^(Right|No|Not quite)\./;
const make = (name, attributes, ...children) => {
  const element = Object.assign(document.createElement(name), attributes);
  element.append(...children);
  return element;
};
const isProse = (element) => element?.matches("p, ul, ol, div.math, span[id], .target");
const isOption = (element) =>
  element?.matches("details.sd-dropdown") &&
  REPLY.test(element.querySelector(".sd-card-body strong")?.textContent ?? "");

// Runs of options that follow each other, in the order of the page; what else stands in a cell of a notebook between
// two of them ends a run.
function runs() {
  const found = [];
  for (const option of document.querySelectorAll("article details.sd-dropdown")) {
    if (!isOption(option)) continue;
    if (found.at(-1)?.at(-1) === option.previousElementSibling) found.at(-1).push(option);
    else found.push([option]);
  }
  return found;
}

// What a screen reader says when an option is chosen.
const status = make("p", { className: "visually-hidden", role: "status" });

class Question {
  constructor(options, number) {
    this.options = options;
    this.covers = [];
    const group = make("div", { className: "question-options", role: "group", ariaLabel: "Your answer" });
    options[0].before(group);
    group.append(...options);
    for (const option of options) {
      option.name = `question-${number}`; // the browser closes the others
      option.addEventListener("toggle", () => {
        if (option.open) this.choose(option);
      });
    }
  }

  // What `cell` puts out stays covered. A live figure is seen, but for what it keeps back itself, and does not answer.
  cover(cell) {
    const output = cell.querySelector(":scope > .cell_output");
    if (!output) return;
    const words = make("p", {}, "Choose an answer first: this shows whether it holds.");
    const button = make("button", { type: "button" }, "Show me anyway");
    const panel = make("div", { className: "cover" }, words, button);
    const figure = output.querySelector(".xe-figure");
    if (figure) figure.inert = true;
    output.classList.add("is-covered");
    output.prepend(panel);
    const prose = [];
    for (let next = cell.nextElementSibling; isProse(next); next = next.nextElementSibling) prose.push(next);
    for (const element of prose) {
      element.classList.add("is-untold");
      element.hidden = "until-found"; // a search within the page finds it, and shows all
      element.addEventListener("beforematch", () => this.show());
    }
    button.addEventListener("click", () => {
      this.show();
      const first = output.querySelector("input, button") ?? output;
      // Of a group of radio buttons, the one that is checked: the arrow keys would change it to its neighbour.
      const next = first.type === "radio" ? output.querySelector(`[name="${first.name}"]:checked`) : first;
      if (next === output) output.tabIndex = -1;
      next.focus({ preventScroll: true });
    });
    cell.addEventListener("uncover", () => this.show()); // for what runs the cell anew
    this.covers.push({ cell, output, panel, words, button, figure, prose });
  }

  choose(option) {
    status.textContent = option.querySelector(".sd-card-body").textContent.trim();
    for (const { words, button } of this.covers) {
      words.textContent = `You chose: ${option.querySelector(".sd-summary-text").textContent.trim()}.`;
      button.textContent = "Show me";
    }
    dispatchEvent(new Event("resize")); // as above
  }

  show() {
    for (const { output, panel, figure, prose } of this.covers) {
      panel.remove();
      for (const element of prose) {
        element.hidden = false;
        element.classList.remove("is-untold");
      }
      if (figure) figure.inert = false;
      output.classList.remove("is-covered");
      output.dispatchEvent(new Event("uncovered", { bubbles: true }));
    }
    this.covers = [];
    dispatchEvent(new Event("resize")); // a full screen fits anew
  }

  // The question and what it is about, together, so that they can fill a screen together.
  gather() {
    const box = this.options[0].closest(".admonition"),
      cells = this.covers.map(({ cell }) => cell);
    if (!box || box.nextElementSibling !== cells[0]) return;
    const place = make("div", { className: "question-place" });
    box.before(place);
    place.append(box, ...cells);
    const { panel, figure } = this.covers[0];
    if (!figure) return;
    // The figure stands under its question at once; the fold with the code that made it comes after.
    cells[0].append(...cells[0].querySelectorAll(":scope > details.above-input"));
    if (!document.fullscreenEnabled) return;
    const wide = make("button", { type: "button" }, "Full screen"); // the figure's own does not answer yet
    wide.addEventListener("click", () =>
      document.fullscreenElement ? document.exitFullscreen() : place.requestFullscreen(),
    );
    panel.append(" ", wide);
    place.addEventListener("fullscreenchange", () => {
      wide.textContent = document.fullscreenElement ? "Leave full screen" : "Full screen";
    });
  }
}

const questions = runs().map((options, number) => new Question(options, number));
let place = 0;
for (const cell of document.querySelectorAll("article .cell.tag_covered")) {
  const isAfter = (question) =>
    question && question.options[0].compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING;
  while (isAfter(questions[place + 1])) place++;
  if (isAfter(questions[place])) questions[place].cover(cell);
}
for (const question of questions) question.gather();
document.querySelector("article")?.append(status);

// A link to something that is covered uncovers it.
function reveal() {
  const id = decodeURIComponent(location.hash.slice(1).split("?")[0]),
    target = document.getElementById(id);
  const holds = ({ cell, prose }) => [cell, ...prose].some((element) => element.contains(target));
  for (const question of questions) if (question.covers.some(holds)) question.show();
}
reveal();
addEventListener("hashchange", reveal);
