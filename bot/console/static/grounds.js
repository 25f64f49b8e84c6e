// Why a conversation is grave: the rule, the signs with the words behind them and why each matters, how the risk rose.

import { find, make, riskMark } from "./dom.js";
import { countryName, has, languageName, lasting, moment, word } from "./words.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

let drafts = []; // languages whose phrases no native speaker has read yet

/** Say of these languages that what the bot says in them is a draft. */
export function markDrafts(languages) {
  drafts = languages;
}

/** Show the grounds of a conversation. */
export function show(conversation) {
  find("unsafe").hidden = find("unsafe-here").hidden = !conversation.unsafe;
  find("other-hand").hidden = !conversation.other_hand;
  find("other-hand").textContent = conversation.other_hand ? word(`desk.other_hand.${conversation.other_hand}`) : "";
  find("rule").textContent = word(`desk.rule.${conversation.rule}`);
  showSigns(conversation);
  showFlags(conversation.messages);
  showRises(conversation.case.rises);
  showFacts(conversation);
  showHistory(conversation.case.history);
}

function showSigns({ because, messages }) {
  const grounds = new Map(because.map((sign) => [sign.indicator, sign.message_id]));
  const others = messages.flatMap((one) => one.indicators.map((name) => [name, one.id]));
  const all = new Map([...grounds, ...others.filter(([name]) => !grounds.has(name))]);
  find("signs").replaceChildren(
    ...[...all].map(([name, messageId]) => {
      const line = leads(word(`desk.indicator.${name}`), messageId, grounds.has(name) ? "ground" : null);
      line.append(make("p", { class: "hint" }, word(`desk.indicator_why.${name}`)), ...words(name, messages));
      return line;
    }),
  );
  find("signs-hint").textContent = word(all.size ? "desk.evidence" : "desk.signs_none");
}

// The words that are evidence of a sign, of the message that showed it first.
function words(name, messages) {
  const message = messages.find((one) => one.pieces.some((piece) => piece.indicators.includes(name)));
  if (!message) return [];
  const said = message.pieces.filter((piece) => piece.indicators.includes(name)).map((piece) => piece.text.trim());
  const lang = message.language === "und" ? null : message.language;
  return [make("p", { class: "seen" }, make("span", { class: "label" }, word("desk.words_seen"), " "), make("q", { lang }, said.join(" … ")))];
}

function showFlags(messages) {
  const flags = new Map(messages.flatMap((one) => one.red_flags.map((flag) => [flag.name, [flag, one.id]])));
  find("flags-title").hidden = !flags.size;
  find("flags").replaceChildren(...[...flags.values()].map(([flag, messageId]) => leads(flag.text, messageId, null)));
}

// --- how the risk rose -----------------------------------------------------------------------------------------------

const LEVELS = ["none", "concern", "high", "emergency"];

function showRises(rises) {
  find("rises").hidden = !rises.length;
  find("rises-chart").replaceChildren(...(rises.length > 1 ? [stairs(rises)] : []));
  find("rises-list").replaceChildren(
    ...rises.map((step) => {
      const line = leads("", step.message_id, null);
      line.firstChild.append(riskMark(step.risk), " ", moment(step.at));
      const signs = step.indicators.map((name) => word(`desk.indicator.${name}`)).join(" · ");
      line.append(make("p", { class: "hint" }, [word(`desk.rule.${step.rule}`), signs].filter(Boolean).join(" ")));
      return line;
    }),
  );
}

// A small picture of the steps; what it shows stands in the list below it.
function stairs(rises) {
  const wide = 100 / (rises.length + 1);
  const height = (risk) => 34 - 10 * LEVELS.indexOf(risk);
  const path = rises.map((step, index) => `H${(wide * (index + 1)).toFixed(1)}V${height(step.risk)}`).join("");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of [["viewBox", "0 0 100 36"], ["preserveAspectRatio", "none"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", `M0 34${path}H100`);
  line.setAttribute("vector-effect", "non-scaling-stroke");
  svg.append(line);
  return svg;
}

// --- facts and history -----------------------------------------------------------------------------------------------

function showFacts(conversation) {
  const facts = [
    [word("desk.number"), conversation.number],
    [word("desk.language"), languageName(conversation.language)],
    [word("desk.channel"), conversation.channel],
    ...["present", "origin", "destination"]
      .filter((role) => conversation.countries[role])
      .map((role) => [word(`desk.country.${role}`), countryName(conversation.countries[role])]),
  ];
  if (conversation.handoff_reason && conversation.handoff_reason !== conversation.rule) facts.push([word("desk.reason"), reason(conversation.handoff_reason)]);
  if (drafts.includes(conversation.language)) facts[1].push(make("dd", { class: "hint" }, word("desk.draft_language")));
  find("facts").replaceChildren(...facts.map(([name, value, ...more]) => make("div", {}, make("dt", {}, name), make("dd", {}, value), ...more)));
}

function reason(name) {
  const key = ["desk.handoff", "desk.rule", "desk.intent"].map((kind) => `${kind}.${name}`).find(has);
  return key ? word(key) : name;
}

function showHistory(history) {
  find("history-list").replaceChildren(
    ...history.map((held) => {
      const who = held.operator ?? word(`desk.holder.${held.holder}`);
      if (!held.ended_at) return make("li", {}, word("desk.history_now", { who }));
      const time = lasting((Date.parse(held.ended_at) - Date.parse(held.begun_at)) / 1000);
      const end = held.outcome ? `desk.outcome.${held.outcome}` : `desk.ended.${held.ended}`;
      return make("li", {}, word("desk.history_line", { who, time }), make("span", { class: "hint" }, " · ", word(end)));
    }),
  );
}

// A line that leads to the message that it is from.
function leads(text, messageId, kind) {
  const button = make("button", { type: "button", class: kind }, text);
  button.addEventListener("click", () => {
    const message = find("messages").querySelector(`[data-key="${messageId}"]`);
    message?.scrollIntoView({ block: "center" });
    if (!still.matches) message?.animate([{ outlineColor: "currentcolor" }, { outlineColor: "transparent" }], 1500);
  });
  return make("li", {}, button);
}
