// Practice: whom one can practise with, what one has played, and for trainers how others do.

import { ask } from "../api.js";
import { make } from "../dom.js";
import { may } from "../pages.js";
import { countryName, languageName, moment, word } from "../words.js";
import * as talk from "./practice_talk.js";

/** Single keys of the page. */
export const keys = talk.keys;

export async function show(place, rest) {
  talk.leave();
  place.classList.remove("full");
  place.replaceChildren(mark());
  const [what, id] = rest.split("/");
  if (what === "talk") return talk.show(place, id);
  if (what === "others" && may("train")) return showOthers(place);
  return showChoice(place);
}

export const leave = talk.leave;

// On every page of practice, so that it is never taken for the desk.
function mark() {
  return make("div", { class: "practice-mark" }, make("strong", {}, word("desk.practice.nobody")), make("span", {}, word("desk.practice.about")));
}

// --- choosing --------------------------------------------------------------------------------------------------------

async function showChoice(place) {
  const { persons, own, kept_days: kept } = await ask("GET", "/practice");
  const list = make("ul", { class: "practice-persons" });
  const none = make("p", { class: "hint", role: "status" });
  const only = make("select", { id: "practice-language" }, make("option", { value: "" }, word("desk.practice.all_languages")));
  for (const code of [...new Set(persons.map((person) => person.language))]) only.append(make("option", { value: code }, languageName(code)));
  const draw = () => {
    const shown = persons.filter((person) => !only.value || person.language === only.value);
    list.replaceChildren(...shown.map(personCard));
    none.textContent = shown.length ? "" : word("desk.practice.persons_none");
  };
  only.addEventListener("change", draw);
  draw();
  const unfinished = own.filter((one) => !one.end);
  const goOn = unfinished.map((one) => make("li", {}, make("a", { href: `#p/practice/talk/${one.id}` }, `${word("desk.practice.go_on")}: ${one.person}`)));
  place.append(
    make("div", { class: "bar" }, make("h2", {}, word("desk.practice.title")), may("train") && make("a", { href: "#p/practice/others" }, word("desk.practice.others"))),
    ...(goOn.length ? [make("ul", { class: "practice-go-on" }, ...goOn)] : []),
    make(
      "section",
      { "aria-labelledby": "practice-choose" },
      make("div", { class: "bar" }, make("h3", { id: "practice-choose" }, word("desk.practice.choose")), make("label", {}, word("desk.practice.filter_language"), " ", only)),
      list,
      none,
    ),
    make(
      "section",
      { "aria-labelledby": "practice-own" },
      make("h3", { id: "practice-own" }, word("desk.practice.own")),
      own.length ? playedTable(own, null) : make("p", { class: "hint" }, word("desk.practice.own_none")),
      own.length > 0 && kept > 0 && make("p", { class: "hint", id: "practice-kept" }, word("desk.practice.kept_days", { days: kept })),
    ),
  );
}

function personCard(person) {
  const begin = make("button", { type: "button", class: "primary", "aria-label": `${word("desk.practice.begin")}: ${person.about}` }, word("desk.practice.begin"));
  begin.addEventListener("click", () => talk.begin(person.id, begin));
  const places = [person.countries.origin, person.countries.present, person.countries.destination].filter(Boolean);
  const facts = [languageName(person.language), [...new Set(places)].map(countryName).join(" → "), person.channel].filter(Boolean);
  return make(
    "li",
    { class: "practice-person", "data-person": person.id },
    make("h4", {}, person.about),
    make("p", { class: "hint" }, facts.join(" · ")),
    make("p", { class: `hardness h${person.hardness}` }, make("span", { "aria-hidden": "true" }, "●".repeat(person.hardness) + "○".repeat(3 - person.hardness)), " ", word(`desk.practice.hardness.${person.hardness}`)),
    make("details", {}, make("summary", {}, word("desk.practice.trains")), make("ul", {}, ...person.trains.map((rule) => make("li", {}, rule.text)))),
    person.draft && make("p", { class: "hint" }, word("desk.draft_language")),
    begin,
  );
}

// --- what was played -------------------------------------------------------------------------------------------------

// `rules`: the words of each, for a table of what others have played; null for one's own.
function playedTable(played, rules) {
  const byOthers = rules !== null;
  const heads = [
    byOthers && word("desk.practice.operator_word"),
    word("desk.practice.person_word"),
    word("desk.practice.when"),
    word("desk.practice.first_reply"),
    word("desk.practice.kept"),
    word("desk.practice.broken"),
    word("desk.practice.not_tried"),
    word("desk.practice.end_word"),
  ].filter(Boolean);
  return make(
    "div",
    { class: "wide", tabindex: "0", role: "group", "aria-label": word(byOthers ? "desk.practice.others" : "desk.practice.own") },
    make(
      "table",
      { class: "practice-played" },
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...played.map((one) => playedRow(one, rules))),
    ),
  );
}

function playedRow(one, rules) {
  const byOthers = rules !== null;
  const count = (name) => make("td", {}, one.end ? String(one.outcomes[name]) : "");
  const name = one.readable ? make("a", { href: `#p/practice/talk/${one.id}` }, one.person) : make("span", {}, one.person);
  return make(
    "tr",
    {},
    byOthers && make("td", {}, one.operator),
    make("th", { scope: "row" }, name, make("span", { class: "hint" }, ` ${languageName(one.language)}`), byOthers && !one.shared && make("p", { class: "hint" }, word("desk.practice.not_shared")), byOthers && ruleByRule(one, rules)),
    make("td", {}, moment(one.begun_at)),
    make("td", {}, talk.firstReply(one)),
    count("kept"),
    count("broken"),
    count("not_tried"),
    make("td", {}, one.end ? word(`desk.practice.ended.${one.end}`) : word("desk.practice.go_on")),
  );
}

function ruleByRule(one, rules) {
  const kept = ["broken", "kept", "not_tried"].flatMap((outcome) => Object.keys(one.rules).filter((name) => one.rules[name] === outcome));
  return make(
    "details",
    { class: "by-rule" },
    make("summary", {}, word("desk.practice.by_rule")),
    make("ul", {}, ...kept.map((name) => make("li", { class: one.rules[name] }, make("b", {}, `${talk.SHAPES[one.rules[name]]} ${word(`desk.practice.${one.rules[name]}`)}`), " ", rules.get(name) ?? name))),
  );
}

async function showOthers(place) {
  const { played, rules } = await ask("GET", "/practice/others");
  const heads = [word("desk.practice.rule_word"), word("desk.practice.kept"), word("desk.practice.broken"), word("desk.practice.not_tried")];
  const row = ({ rule, outcomes }) =>
    make("tr", {}, make("th", { scope: "row" }, rule.text), ...["kept", "broken", "not_tried"].map((name) => make("td", {}, String(outcomes[name]))));
  const byRule = make(
    "section",
    { "aria-labelledby": "practice-rules" },
    make("h3", { id: "practice-rules" }, word("desk.practice.by_rule")),
    make(
      "div",
      { class: "wide", tabindex: "0", role: "group", "aria-labelledby": "practice-rules" },
      make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, ...rules.map(row))),
    ),
  );
  place.append(
    make("a", { href: "#p/practice", class: "practice-back" }, word("desk.practice.title")),
    make("h2", {}, word("desk.practice.others")),
    ...(played.length ? [byRule, playedTable(played, new Map(rules.map(({ rule }) => [rule.rule, rule.text])))] : [make("p", { class: "hint" }, word("desk.practice.others_none"))]),
  );
}
