// Ready sentences: searched in the operator's language or the person's, shown in both, sent in the person's.

import { ask, Refused } from "./api.js";
import { find, make, tell } from "./dom.js";
import { language, word } from "./words.js";

let send = async () => false; // sends a card; whether it went out
let open = null; // {id, spoken} of the conversation for which the cards are open
let answers = new Map(); // question -> the title of its answer
let drawn = ""; // the languages in which they are shown
let cards = []; // {element, button, words} in the order of the page
const fetched = new Map(); // "operator's language, person's language" -> what the server gave

// On a wide screen the cards stand beside the messages, else they lie over everything.
const beside = matchMedia("(min-width: 76.01rem)");

export const isOpen = () => find("cards").open;

/** Open the cards for a conversation, ready to search. */
export async function show(conversation) {
  follow(conversation);
  const panel = find("cards");
  if (!panel.open) {
    if (beside.matches) panel.show();
    else panel.showModal();
    find("open").classList.toggle("with-cards", beside.matches);
    find("cards-open").setAttribute("aria-expanded", "true");
  }
  find("cards-find").value = "";
  find("cards-find").focus();
  await draw();
}

export function close() {
  if (!isOpen()) return;
  find("cards").close();
  leaveField();
}

// A browser leaves the focus in a field that is hidden for a moment more: the next key would be lost in it.
function leaveField() {
  if (!find("cards").contains(document.activeElement)) return;
  document.activeElement.blur();
  find("cards-open").focus();
}

/** The conversation has changed: so may have its language, what was answered, and whether it is safe to write. */
export function follow({ id, language: spoken, answers: given, unsafe }) {
  if (open !== null && open.id !== id) close();
  open = { id, spoken };
  answers = new Map(given.map((one) => [one.question, one.title]));
  find("cards-unsafe").hidden = !unsafe;
  if (!isOpen()) return;
  if (drawn && drawn !== key()) draw();
  else showAnswers();
}

const key = () => `${language} ${open.spoken}`;

async function draw() {
  const wanted = key();
  if (drawn !== wanted) {
    try {
      if (!fetched.has(wanted)) fetched.set(wanted, await ask("GET", `/cards?language=${encodeURIComponent(open.spoken)}`));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return tell(word("desk.error"));
    }
    if (wanted !== key()) return; // another language was asked for meanwhile
    build(fetched.get(wanted));
    drawn = wanted;
  }
  showAnswers();
  search();
}

function build({ groups }) {
  cards = [];
  find("cards-list").replaceChildren(...groups.map(section));
  find("cards-groups").replaceChildren(
    ...groups.map(({ name }) => {
      const button = make("button", { type: "button" }, word(`desk.cards_group.${name}`));
      button.addEventListener("click", () => {
        find("cards-find").value = "";
        search();
        find(`cards-${name}`).scrollIntoView();
        find(`cards-${name}`).parentElement.querySelector("button").focus({ preventScroll: true });
      });
      return button;
    }),
  );
  find("cards-draft").hidden = !groups.some((group) => group.cards.some((card) => card.draft));
}

function section({ name, cards: listed }) {
  const title = word(`desk.cards_group.${name}`);
  return make(
    "section",
    { "aria-labelledby": `cards-${name}` },
    make("h3", { id: `cards-${name}` }, title),
    make("ul", {}, ...listed.map((card) => line(card, title))),
  );
}

function line(card, title) {
  const button = make("button", { type: "button", class: "primary", "aria-label": `${word("desk.cards_send")}: ${card.text}` }, arrow());
  button.addEventListener("click", () => sent(card, button));
  const offered = card.answers.length ? make("p", { class: "hint" }, card.answers.join(" · ")) : null;
  const element = make(
    "li",
    { class: "card" },
    make("div", { class: "read" }, make("p", {}, card.text), offered, make("p", { class: "answered", hidden: "" })),
    make("p", { class: "said", lang: card.said_in }, card.said),
    button,
  );
  cards.push({ key: card.key, element, button, words: plain([title, card.text, card.said, ...card.answers].join(" ")) });
  return element;
}

function arrow() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M2 8h11M8.5 3.5 13 8l-4.5 4.5");
  svg.append(path);
  return svg;
}

// What was answered is not asked twice by mistake.
function showAnswers() {
  for (const { key: question, element } of cards) {
    const mark = element.querySelector(".answered");
    mark.hidden = !answers.has(question);
    mark.textContent = answers.has(question) ? `✓ ${answers.get(question)}` : "";
  }
}

// --- finding ---------------------------------------------------------------------------------------------------------

// Small letters without the marks that Latin letters carry; the marks of other scripts are letters and stay.
function plain(text) {
  return text.normalize("NFKD").replace(/(\p{Script=Latin})\p{M}+/gu, "$1").replaceAll("đ", "d").toLowerCase();
}

function search() {
  const wanted = plain(find("cards-find").value).split(/\s+/).filter(Boolean);
  for (const { element, words } of cards) element.hidden = !wanted.every((one) => words.includes(one));
  for (const part of find("cards-list").children) part.hidden = !part.querySelector("li:not([hidden])");
  find("cards-none").textContent = shown().length ? "" : word("desk.cards_none");
  find("cards-list").scrollTop = 0;
}

const shown = () => cards.filter(({ element }) => !element.hidden);

// --- sending ---------------------------------------------------------------------------------------------------------

async function sent(card, button) {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true"); // not `disabled`: that would take the focus away
  const went = await send(card.key);
  button.removeAttribute("aria-disabled");
  if (!went) return;
  if (!beside.matches) return close(); // they lie over the conversation
  find("cards-find").focus(); // what is typed next is a new search
  find("cards-find").select();
}

function pressed(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const list = shown();
  const at = list.findIndex(({ button }) => button === document.activeElement);
  const inField = event.target === find("cards-find");
  event.stopPropagation(); // the desk's single keys are letters here
  if (event.key === "Escape" && !find("cards").matches(":modal")) return close();
  if (event.key === "ArrowDown" || (event.key === "Enter" && inField)) {
    list[at + 1]?.button.focus();
  } else if (event.key === "ArrowUp") {
    (list[at - 1]?.button ?? find("cards-find")).focus();
  } else if (event.key === "Enter" && event.repeat) {
    // a key that is held down sends once
  } else {
    if (!inField && at >= 0 && event.key.length === 1 && event.key !== " ") find("cards-find").focus();
    return;
  }
  event.preventDefault();
}

/** `act(key)` sends a card to the person and tells whether it went out. */
export function begin(act) {
  send = act;
  const panel = find("cards");
  panel.addEventListener("keydown", pressed);
  panel.addEventListener("close", () => {
    find("open").classList.remove("with-cards");
    find("cards-open").setAttribute("aria-expanded", "false");
    leaveField();
  });
  find("cards-close").addEventListener("click", close);
  find("cards-find").addEventListener("input", search);
  beside.addEventListener("change", close);
}
