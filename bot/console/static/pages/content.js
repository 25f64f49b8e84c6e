// How far the content is: what native speakers have checked, what is told, what ends soon. Nothing is changed here.

import { ask, latest } from "../api.js";
import { bar } from "../bars.js";
import { make } from "../dom.js";
import { countryName, language as reading, languageName, word } from "../words.js";
import { orTell } from "./pieces.js";

const STATES = ["reviewed", "draft", "outdated", "missing"];
let chosen = { language: null, group: "", state: "", words: "" };
let country = "";

export async function show(place) {
  chosen.language ??= reading;
  const state = await ask("GET", "/content");
  const groups = make("div", {});
  place.append(
    make("section", {}, make("h2", {}, word("desk.content.languages")), make("p", { class: "hint" }, word("desk.content.intro")), languages(state.languages)),
    make("section", {}, make("h2", {}, word("desk.content.phrases")), await phrases(state, groups), groups),
    facts(state),
    ending(state.ending),
  );
}

function table(caption, columns, rows) {
  return make(
    "div",
    { class: "wide", tabindex: "0", role: "group", "aria-label": caption },
    make(
      "table",
      {},
      make("caption", { class: "only-read-aloud" }, caption),
      make("thead", {}, make("tr", {}, ...columns.map((text) => make("th", { scope: "col" }, text)))),
      make("tbody", {}, ...rows.map(([first, ...others]) => make("tr", {}, make("th", { scope: "row" }, ...[first].flat()), ...others.map((one) => make("td", {}, one))))),
    ),
  );
}

function languages(listed) {
  const columns = [word("desk.language"), word("desk.content.written"), word("desk.content.state.reviewed"), word("desk.content.state.outdated")];
  const rows = listed.map((one) => [[languageName(one.language), bar(one.reviewed / one.of)], `${one.written} / ${one.of}`, String(one.reviewed), String(one.outdated)]);
  return table(word("desk.content.languages"), columns, rows);
}

// --- phrases ---------------------------------------------------------------------------------------------------------

async function phrases(state, groupsPlace) {
  const language = choice("language", state.languages.map((one) => [one.language, languageName(one.language)]));
  const names = [...new Set(state.groups.map((one) => one.group))];
  const group = choice("group", [["", word("desk.content.any")], ...names.map((name) => [name, name])]);
  const stands = choice("state", [["", word("desk.content.any")], ...STATES.map((name) => [name, word(`desk.content.state.${name}`)])]);
  const words = make("input", { type: "search", autocomplete: "off", spellcheck: "false", maxlength: 100, value: chosen.words });
  const found = make("p", { class: "hint", role: "status" });
  const list = make("ul", { class: "phrases" });
  const more = make("button", { type: "button", hidden: "" }, word("desk.show_more"));
  const form = make(
    "form",
    { class: "period" },
    make("label", {}, word("desk.language"), language),
    make("label", {}, word("desk.content.group"), group),
    make("label", {}, word("desk.content.state"), stands),
    make("label", {}, word("desk.content.find"), words),
    make("button", { class: "primary" }, word("desk.show")),
  );

  const looks = latest();

  async function fill(after = 0) {
    const isLast = looks();
    chosen = { language: language.value, group: group.value, state: stands.value, words: words.value };
    const asked = new URLSearchParams({ language: chosen.language, words: chosen.words, after });
    if (chosen.group) asked.set("group", chosen.group);
    if (chosen.state) asked.set("state", chosen.state);
    const page = await ask("GET", `/content/phrases?${asked}`);
    if (!isLast()) return;
    if (!after) list.replaceChildren();
    list.append(...page.phrases.map((one) => phrase(one, chosen.language)));
    found.textContent = word("desk.content.found", { count: page.found });
    more.hidden = list.children.length >= page.found;
    groupsPlace.replaceChildren(groupTable(state.groups.filter((one) => one.language === chosen.language)));
  }

  const fillOrTell = (after) => orTell(() => fill(after));

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fillOrTell(0);
  });
  form.addEventListener("change", () => fillOrTell(0));
  more.addEventListener("click", () => fillOrTell(list.children.length));
  await fill();
  return make("div", {}, form, found, list, more);
}

function choice(name, options) {
  const select = make("select", {}, ...options.map(([value, text]) => make("option", { value }, text)));
  select.value = chosen[name];
  return select;
}

function phrase(one, language) {
  const by = one.by ? word("desk.content.checked_by", { name: one.by, date: one.on }) : null;
  return make(
    "li",
    {},
    make("p", {}, make("code", {}, one.key), " · ", make("span", { class: `state ${one.state}` }, word(`desk.content.state.${one.state}`)), by ? ` · ${by}` : null),
    make("p", { lang: "en" }, one.english),
    language !== "en" && one.text ? make("p", { lang: language }, one.text) : null,
    one.note ? make("p", { class: "hint", lang: "en" }, one.note) : null,
  );
}

function groupTable(listed) {
  const columns = [word("desk.content.group"), ...STATES.map((name) => word(`desk.content.state.${name}`))];
  const caption = word("desk.content.groups");
  return make("details", {}, make("summary", {}, caption), table(caption, columns, listed.map((one) => [make("code", {}, one.group), ...STATES.map((name) => String(one.counts[name]))])));
}

// --- facts and lines -------------------------------------------------------------------------------------------------

function facts(state) {
  const columns = [word("desk.content.country"), word("desk.content.numbers"), word("desk.content.rules"), word("desk.content.topics"), word("desk.content.state.reviewed"), word("desk.content.fact_check")];
  const rows = state.countries.map((one) => [countryName(one.country), String(one.contacts), String(one.rules), `${one.topics} / ${one.of_topics}`, String(one.reviewed), String(one.to_check_again)]);
  const countries = [...new Set(state.facts.map((fact) => fact.country))];
  const select = make("select", {}, make("option", { value: "" }, "–"), ...countries.map((code) => make("option", { value: code }, countryName(code))));
  select.value = country;
  const list = make("ul", { class: "phrases" });
  const fill = () => {
    country = select.value;
    list.replaceChildren(...state.facts.filter((fact) => fact.country === country).map(fact));
  };
  select.addEventListener("change", fill);
  fill();
  return make(
    "section",
    {},
    make("h2", {}, word("desk.content.facts")),
    table(word("desk.content.facts"), columns, rows),
    make("form", { class: "period" }, make("label", {}, word("desk.content.country"), select)),
    list,
  );
}

function fact(one) {
  const states = [];
  if (one.told) states.push(word("desk.content.fact_told"));
  else states.push(word("desk.operators_only"), word(`desk.withheld.${one.expired ? "expired" : one.worded ? "unsure" : "no_words"}`));
  if (one.check_again) states.push(word("desk.content.fact_check"));
  if (one.reviewed) states.push(word("desk.content.state.reviewed"));
  if (one.until) states.push(`${word("desk.good_until")}: ${one.until}`);
  return make(
    "li",
    {},
    make("p", {}, make("strong", {}, word(`desk.intent.${one.topic}`)), " · ", make("span", { class: "state" }, states.join(" · "))),
    make("p", { lang: "en" }, one.text),
    make("p", { class: "hint" }, `${word("desk.source")}: ${one.source}`),
  );
}

function ending(listed) {
  return make(
    "section",
    {},
    make("h2", {}, word("desk.content.ending")),
    listed.length
      ? table(word("desk.content.ending"), [word("desk.content.country"), word("desk.content.numbers"), word("desk.good_until")], listed.map((one) => [countryName(one.country), one.name, one.expired ? `${one.until} · ${word("desk.withheld.expired")}` : one.until]))
      : make("p", { class: "hint" }, word("desk.content.ending_none")),
  );
}
