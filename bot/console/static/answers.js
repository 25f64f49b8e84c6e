// What the person has told as data: answers to closed questions, agreements first, and words for later.

import { find, make, renew } from "./dom.js";
import { word } from "./words.js";

/** Show the answers of a conversation beside its facts. */
export function show({ answers, question, told, language }) {
  const others = answers.filter((one) => !one.consent);
  const agreed = answers.filter((one) => one.consent);
  find("consent").hidden = !agreed.length;
  renew(find("consent-list"), agreed, (one) => one.question, (one) => answer(one, `agreed ${one.answer}`));
  find("answers-count").textContent = others.length ? ` (${others.length})` : "";
  renew(find("answers-list"), others, (one) => one.question, (one) => answer(one, null));
  find("answers-none").hidden = others.length > 0;
  find("asked").hidden = question === null;
  find("asked").replaceChildren(...(question ? [label(question), " …"] : []));
  const words = ["code_word", "safe_time", "callback"].filter((name) => told[name]);
  find("told").replaceChildren(
    ...words.map((name) => make("div", {}, make("dt", {}, word(`desk.${name}`)), make("dd", { lang: language }, told[name]))),
  );
}

// Whether others may be told is asked in two long sentences, and has a name of its own.
const label = ({ question, text }) => (question === "question.share" ? word("desk.consent") : text);

function answer(one, kind) {
  return make("div", { class: kind }, make("dt", {}, label(one)), make("dd", {}, one.title));
}
