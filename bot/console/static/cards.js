// Ready sentences: searched in the operator's language or the person's, shown in both, sent in the person's.

import { ask, Refused } from "./api.js";
import { line } from "./card.js";
import { find, make, tell, typesElsewhere } from "./dom.js";
import { language, word } from "./words.js";

// Where the panel stands: in a room, beside what it belongs to, opened by a button; `send` sends a card and tells
// whether it went out.
const panel = find("cards");
const desk = { place: panel.parentElement, around: "open", opener: "cards-open", send: async () => false };
let seat = desk;
let open = null; // {id, spoken, short} of the conversation for which the cards are open
let answers = new Map(); // question -> the title of its answer
let drawn = ""; // the languages in which they are shown
let cards = []; // {element, button, words} in the order of the page
const fetched = new Map(); // "operator's language, person's language, by SMS?" -> what the server gave

// On a wide screen the cards stand beside the messages, else they lie over everything.
const beside = matchMedia("(min-width: 76.01rem)");

export const isOpen = () => panel.open;

/** Open the cards for a conversation, ready to search. */
export async function show(conversation) {
  follow(conversation);
  if (!panel.open) {
    if (beside.matches) panel.show();
    else panel.showModal();
    find(seat.around).classList.toggle("with-cards", beside.matches);
    find(seat.opener).setAttribute("aria-expanded", "true");
  }
  find("cards-find").value = "";
  find("cards-find").focus();
  await draw();
}

export function close() {
  if (!isOpen()) return;
  panel.close();
  closed();
}

function closed() {
  find(seat.around)?.classList.remove("with-cards");
  find(seat.opener)?.setAttribute("aria-expanded", "false");
  leaveField();
}

// A browser leaves the focus in a field that is hidden for a moment more: the next key would be lost in it.
function leaveField() {
  if (!panel.contains(document.activeElement)) return;
  document.activeElement.blur();
  find(seat.opener)?.focus();
}

/** The conversation has changed: so may have its language, what was answered, and whether it is safe to write. */
export function follow({ id, language: spoken, answers: given, unsafe, case: { short } = { short: false } }) {
  if (open !== null && open.id !== id) close();
  open = { id, spoken, short };
  answers = new Map(given.map((one) => [one.question, one.title]));
  find("cards-unsafe").hidden = !unsafe;
  if (!isOpen()) return;
  if (drawn && drawn !== key()) draw();
  else showAnswers();
}

/** What is to be drawn; null once the conversation has been left. */
const key = () => open && `${language} ${open.spoken} ${open.short}`;

async function draw() {
  const wanted = key();
  if (drawn !== wanted) {
    try {
      if (!fetched.has(wanted)) fetched.set(wanted, await ask("GET", `/cards?language=${encodeURIComponent(open.spoken)}&short=${open.short}`));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (wanted === key() && isOpen()) tell(word("desk.error"));
      return;
    }
    if (wanted !== key()) return; // another language was asked for meanwhile, or nothing any more
    if (drawn !== wanted) build(fetched.get(wanted)); // asked for twice: not made anew under the hand
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
    make("ul", {}, ...listed.map((card) => entry(card, title))),
  );
}

function entry(card, title) {
  const { element, button } = line(card, null, send);
  cards.push({ key: card.key, element, button, words: plain([title, card.text, card.said, ...card.answers].join(" ")) });
  return element;
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

async function send(key) {
  const { id } = open;
  const went = await seat.send(key);
  if (went && isOpen() && open.id === id) sent();
  return went;
}

function sent() {
  if (!beside.matches) return close(); // they lie over the conversation
  if (typesElsewhere(panel)) return;
  find("cards-find").focus(); // what is typed next is a new search
  find("cards-find").select();
}

function pressed(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const list = shown();
  const at = list.findIndex(({ button }) => button === document.activeElement);
  const inField = event.target === find("cards-find");
  event.stopPropagation(); // the desk's single keys are letters here
  if (event.key === "Escape" && !panel.matches(":modal")) return close();
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

/** Stand in another room of the desk for a while: {place, around, opener, send}. */
export function lend(other) {
  close();
  seat = other;
  other.place.append(panel);
}

/** Back from the room that the panel was lent to. */
export function takeBack() {
  if (seat === desk) return;
  close();
  seat = desk;
  open = null;
  desk.place.append(panel);
}

/** `act(key)` sends a card to the person and tells whether it went out. */
export function begin(act) {
  desk.send = act;
  panel.addEventListener("keydown", pressed);
  panel.addEventListener("close", closed); // by Esc, where it lies over everything
  find("cards-close").addEventListener("click", close);
  find("cards-find").addEventListener("input", search);
  beside.addEventListener("change", close);
}
