// The desk's words, in the operator's language, from the server: no word that anyone reads stands in these scripts.

let words = {};
let spoken = 0; // how often words were asked for: the last are those that stay
export let language = "en";

/** Fetch the words of a language; the server answers in English where it has none. Throws when the line is down. */
export async function speak(code) {
  const mine = ++spoken;
  const answer = await fetch(`/desk/api/words?language=${encodeURIComponent(code)}`);
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = await answer.json();
  if (mine !== spoken) return;
  words = fresh;
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

/** The names that words have below `prefix`, as [name, word], in the order of the words. */
export function named(prefix) {
  const known = Object.keys(words).filter((key) => key.startsWith(`${prefix}.`));
  const pairs = known.map((key) => [key.slice(prefix.length + 1), words[key]]);
  return pairs.sort(([, one], [, other]) => one.localeCompare(other, language));
}

/** Put words on every element below `root` that names them. */
export function dress(root) {
  for (const one of root.querySelectorAll("[data-word]")) one.textContent = word(one.dataset.word);
  for (const one of root.querySelectorAll("[data-label]")) one.setAttribute("aria-label", word(one.dataset.label));
  for (const one of root.querySelectorAll("[data-placeholder]")) one.placeholder = word(one.dataset.placeholder);
}

/** A country's name in the operator's language; its code where there is none. */
export const countryName = (code) => words[`desk.country_name.${code}`] ?? code;

/** The name of a language ("my") in the operator's language; its code where there is none. */
export const languageName = (code) => (!code || code === "und" ? word("desk.unknown") : (words[`desk.language_name.${code}`] ?? code));

const two = (number) => String(number).padStart(2, "0");

/** The time of a moment by this browser's clock, "HH:MM". */
export function clockTime(iso) {
  const at = new Date(iso);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

// Which clock it is: what that of this browser is ahead of Greenwich at a moment.
function zone(at) {
  const ahead = -at.getTimezoneOffset(); // minutes
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  return word("desk.date.zone", { offset: `${ahead < 0 ? "-" : "+"}${hours}${minutes ? `:${two(minutes)}` : ""}` });
}

/** A moment as an element: the hour alone today, else with the day; the whole of it on pointing. */
export function moment(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  const figures = { day: at.getDate(), year: at.getFullYear() + Number(word("desk.date.years_added")) };
  const day = (form) => word(`desk.date.${form}.${at.getMonth() + 1}`, figures);
  const element = document.createElement("time");
  element.dateTime = iso;
  element.textContent = today ? clockTime(iso) : `${day("short")} ${clockTime(iso)}`;
  element.title = `${word(`desk.date.weekday.${at.getDay() || 7}`)} · ${day("whole")} · ${clockTime(iso)}:${two(at.getSeconds())} ${zone(at)}`;
  return element;
}

/** A number with the separators of the operator's language, and `least` to `most` decimals. */
export function figure(number, least, most) {
  const [whole, part = ""] = number.toFixed(most).split(".");
  const decimals = part.replace(/0+$/, "").padEnd(least, "0");
  return whole.replace(/\B(?=(\d{3})+$)/g, word("desk.figure.group")) + (decimals && word("desk.figure.decimal") + decimals);
}

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]]; // seconds

/** A time in words, by its largest unit and the next one: "2 days 3 hours", "59 minutes". */
export function lasting(seconds) {
  const all = Math.round(seconds);
  const [[unit, length], [lesser, part] = []] = UNITS.slice(UNITS.findIndex(([, length]) => all >= length || length === 1));
  const rest = lesser ? Math.floor((all % length) / part) : 0;
  return counted(unit, Math.floor(all / length)) + (rest ? word("desk.unit.between") + counted(lesser, rest) : "");
}

function counted(unit, count) {
  const plural = word("desk.unit.plural").split(" ")[count < 100 ? count : 100 + (count % 100)];
  return word(`desk.unit.${unit}.${plural}`, { count });
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
  const text = minutes < 1 ? word("desk.waiting_now") : word("desk.waiting_since", { time: lasting(minutes * 60) });
  if (element.textContent !== text) element.textContent = text;
}

export function tick() {
  for (const element of document.querySelectorAll("time.waiting")) showWait(element);
}
