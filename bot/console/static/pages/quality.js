// Quality review: a supervisor scores a conversation that was picked by chance; operators read their own reviews.

import { ask, latest, Refused } from "../api.js";
import { bar } from "../bars.js";
import { make, riskMark, tell } from "../dom.js";
import { article } from "../message.js";
import { may } from "../pages.js";
import { languageName, moment, word } from "../words.js";
import { once, orTell } from "./pieces.js";

let place = null;
const asked = latest();

export async function show(fresh) {
  place = fresh;
  await fill();
}

export function leave() {
  asked();
  place = null;
}

async function fill() {
  const isLast = asked();
  const seen = await ask("GET", "/reviews");
  if (!isLast()) return;
  const supervises = may("supervise"); // the page is for everybody who helps; only who supervises may pick one
  place.replaceChildren(
    ...(supervises ? [start(seen)] : []),
    make(
      "section",
      {},
      make("h2", {}, word(supervises ? "desk.quality.reviews" : "desk.quality.mine")),
      seen.reviews.length ? null : make("p", { class: "hint" }, word("desk.quality.none")),
      seen.reviews.length ? averages(seen.averages) : null,
      make("ul", { class: "reviews" }, ...seen.reviews.map((one) => review(one, seen.items))),
    ),
  );
}

function start(seen) {
  const button = make("button", { type: "button", class: "primary" }, word("desk.quality.start"));
  button.disabled = seen.left === 0;
  button.addEventListener("click", () => begin(seen.items, button));
  return make(
    "section",
    {},
    make("p", {}, seen.left ? word("desk.quality.left", { count: seen.left }) : word("desk.quality.nothing")),
    make("p", { class: "hint" }, word("desk.quality.chance")),
    button,
  );
}

async function begin(items, button) {
  button.disabled = true;
  const here = place;
  try {
    const picked = await ask("GET", "/reviews/next");
    const conversation = await ask("GET", `/conversations/${encodeURIComponent(picked.conversation)}`);
    if (place === here) write(picked, conversation, items);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (place !== here) return;
    tell(word(error.status === 404 ? "desk.quality.nothing" : "desk.error"));
    button.disabled = false;
  }
}

function write(picked, conversation, items) {
  const heading = make("h2", { tabindex: "-1" }, word("desk.quality.of", { name: picked.operator }));
  const whole = make("textarea", { rows: 3, maxlength: 1000 });
  const wrong = make("p", { class: "notice", role: "alert", hidden: "" });
  const cancel = make("button", { type: "button" }, word("desk.cancel"));
  const form = make(
    "form",
    { class: "rubric" },
    ...items.map(item),
    make("label", {}, word("desk.quality.whole"), whole),
    wrong,
    make("div", { class: "row" }, cancel, make("button", { class: "primary" }, word("desk.quality.save"))),
  );
  form.noValidate = true;
  cancel.addEventListener("click", () => fillOrTell());
  const saved = once(() => save(picked, form, whole, items, wrong));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    saved();
  });
  const said = make("div", { class: "transcript", role: "group", tabindex: "0", "aria-label": word("desk.page.conversations") });
  said.append(...conversation.messages.map((message) => still(article(message, conversation.language))));
  place.replaceChildren(
    heading,
    make("p", {}, riskMark(conversation.risk), ` ${languageName(conversation.language)} · ${conversation.channel}`),
    make("div", { class: "side-by-side" }, said, form),
  );
  heading.focus();
}

// Here a conversation is read, not changed.
function still(element) {
  for (const button of element.querySelectorAll("button")) button.remove();
  return element;
}

function item({ name, source }) {
  const choices = [["2", "desk.quality.score.2"], ["1", "desk.quality.score.1"], ["0", "desk.quality.score.0"], ["", "desk.quality.not_applicable"]];
  return make(
    "fieldset",
    {},
    make("legend", {}, word(`desk.rubric.${name}`)),
    make(
      "div",
      { class: "row" },
      ...choices.map(([value, key]) => make("label", { class: "tick" }, make("input", { type: "radio", name, value }), make("span", {}, word(key)))),
    ),
    make("label", {}, word("desk.quality.remark"), make("input", { name: `${name}-words`, maxlength: 1000, autocomplete: "off" })),
    make("p", { class: "hint" }, `${word("desk.source")}: ${source}`),
  );
}

async function save(picked, form, whole, items, wrong) {
  const chosen = new Map(items.map(({ name }) => [name, form.querySelector(`input[name="${name}"]:checked`)]));
  const missing = [...chosen].find(([, one]) => one === null);
  if (missing) {
    wrong.textContent = word("desk.quality.incomplete");
    wrong.hidden = false;
    return form.querySelector(`input[name="${missing[0]}"]`).focus();
  }
  const scores = Object.fromEntries([...chosen].map(([name, one]) => [name, one.value === "" ? null : Number(one.value)]));
  const words = Object.fromEntries(items.map(({ name }) => [name, form.elements[`${name}-words`].value.trim()]));
  words[""] = whole.value.trim();
  try {
    await ask("POST", `/conversations/${encodeURIComponent(picked.conversation)}/reviews`, { scores, words });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    wrong.textContent = word({ 404: "desk.erased", 409: "desk.quality.not_yours" }[error.status] ?? "desk.error");
    wrong.hidden = false;
    return;
  }
  tell(word("desk.quality.saved", { name: picked.operator }));
  if (place !== null) await fillOrTell(); // else the page was left meanwhile
}

const fillOrTell = () => orTell(fill);

function averages(listed) {
  const head = ["desk.quality.item", "desk.quality.mean", "desk.quality.applied"];
  return make(
    "div",
    { class: "wide", tabindex: "0", role: "group", "aria-label": word("desk.quality.averages") },
    make(
      "table",
      {},
      make("caption", {}, word("desk.quality.averages")),
      make("thead", {}, make("tr", {}, ...head.map((key) => make("th", { scope: "col" }, word(key))))),
      make(
        "tbody",
        {},
        ...listed.map((one) =>
          make(
            "tr",
            {},
            make("th", { scope: "row" }, word(`desk.rubric.${one.item}`), bar(one.mean === null ? 0 : one.mean / 2)),
            make("td", {}, one.mean === null ? "–" : one.mean.toFixed(1)),
            make("td", {}, String(one.applied)),
          ),
        ),
      ),
    ),
  );
}

function review(one, items) {
  const known = items.filter(({ name }) => name in one.scores);
  return make(
    "li",
    {},
    make("h3", {}, word("desk.quality.of", { name: one.operator })),
    make("p", {}, riskMark(one.risk), ` ${languageName(one.language)} · `, word("desk.quality.by", { name: one.reviewer }), " · ", moment(one.at)),
    one.words[""] ? make("p", {}, make("q", {}, one.words[""])) : null,
    make(
      "details",
      {},
      make("summary", {}, word("desk.quality.each")),
      make(
        "dl",
        {},
        ...known.map(({ name }) => {
          const score = one.scores[name];
          const told = score === null ? word("desk.quality.not_applicable") : word(`desk.quality.score.${score}`);
          return make("div", {}, make("dt", {}, word(`desk.rubric.${name}`)), make("dd", {}, told, one.words[name] ? make("q", {}, one.words[name]) : null));
        }),
      ),
    ),
    make("a", { href: `#c/${one.conversation}` }, word("desk.request_open")),
  );
}
