// The desk's words, in the operator's language, from the server: no word that anyone reads stands in these scripts.

let words = {};
export let language = "en";

/** Fetch the words of a language; the server answers in English where it has none. Throws when the line is down. */
export async function speak(code) {
  const answer = await fetch(`/desk/api/words?language=${encodeURIComponent(code)}`);
  if (!answer.ok) throw new Error(String(answer.status));
  words = await answer.json();
  language = answer.headers.get("Content-Language") ?? "en";
  document.documentElement.lang = language;
  dress(document);
}

/** What the browser asks for, in the codes of our languages. */
export function preferred() {
  const code = (navigator.language ?? "en").split("-")[0].toLowerCase();
  return { tl: "fil", in: "id" }[code] ?? code;
}

export const has = (key) => key in words;

/** The words of `key`, with `{names}` filled in. */
export const word = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Put words on every element below `root` that names them. */
export function dress(root) {
  for (const one of root.querySelectorAll("[data-word]")) one.textContent = word(one.dataset.word);
  for (const one of root.querySelectorAll("[data-label]")) one.setAttribute("aria-label", word(one.dataset.label));
  for (const one of root.querySelectorAll("[data-placeholder]")) one.placeholder = word(one.dataset.placeholder);
}

/** A country's name in the operator's language; its code where there is none. */
export const countryName = (code) => words[`desk.country_name.${code}`] ?? code;

// Not every browser knows every language of ours; in one that it does not know it speaks English.
const known = (locale) => (Intl.DisplayNames.supportedLocalesOf([locale]).length ? locale : "en");

/** The name of a language ("my") in the operator's language where the browser knows it, else in English. */
export function languageName(code) {
  if (!code || code === "und") return word("desk.unknown");
  try {
    return new Intl.DisplayNames([known(language)], { type: "language" }).of(code) ?? code;
  } catch {
    return code; // not a code that the browser knows
  }
}

/** A moment as an element: the hour alone today, else with the day; the whole of it on pointing. */
export function moment(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  const format = (options) => new Intl.DateTimeFormat(known(language), { hourCycle: "h23", ...options }).format(at);
  const element = document.createElement("time");
  element.dateTime = iso;
  element.textContent = format({ hour: "2-digit", minute: "2-digit", ...(today ? {} : { day: "numeric", month: "short" }) });
  element.title = format({ dateStyle: "full", timeStyle: "long" });
  return element;
}

/** How long someone has waited, as an element that `tick` keeps true. */
export function waiting(iso) {
  const element = document.createElement("time");
  element.className = "waiting";
  element.dateTime = iso;
  showWait(element);
  return element;
}

function showWait(element) {
  const minutes = Math.floor((Date.now() - Date.parse(element.dateTime)) / 60000);
  const text = minutes < 1 ? word("desk.waiting_now") : word("desk.waiting_since", { minutes });
  if (element.textContent !== text) element.textContent = text;
}

export function tick() {
  for (const element of document.querySelectorAll("time.waiting")) showWait(element);
}
