// The page's words. Those of the first language come with the page, others when they are chosen.

const page = JSON.parse(document.getElementById("words").textContent);
const numbers = new Set(page.numbers.split(" ")); // digits of every telephone number that a reply may hold

const PATIENCE = 10000; // ms; what the other side said waits for these words

let words = page.words;
let asked = 0; // how often words were asked for: an answer that was overtaken no longer counts
export let language = document.documentElement.lang;

export const word = (key, values = {}) => (words[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Speak another language from now on; stays with the old one when the line is down. */
export async function speak(code) {
  const asking = ++asked;
  const waiting = new AbortController();
  const tooLong = setTimeout(() => waiting.abort(), PATIENCE);
  try {
    const answer = await fetch(`/chat/words?language=${encodeURIComponent(code)}`, { signal: waiting.signal });
    const fresh = answer.ok ? await answer.json() : null;
    if (fresh === null || asking !== asked) return;
    words = fresh;
  } catch {
    return;
  } finally {
    clearTimeout(tooLong);
  }
  language = code;
  document.documentElement.lang = code;
  document.title = word("chat.title");
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = word(element.dataset.placeholder);
}

/** The page was left: words that come now are for nobody. */
export function fallSilent() {
  asked += 1;
}

const SCRIPTS = { my: "Myanmar", km: "Khmer", th: "Thai", lo: "Lao", ta: "Tamil", zh: "Han" };

/** The language to read a message aloud in: told by its script, else the conversation's. */
export function languageOf(text) {
  const found = Object.entries(SCRIPTS).find(([, script]) => new RegExp(`\\p{Script=${script}}`, "u").test(text));
  return found ? found[0] : language in SCRIPTS ? "en" : language;
}

const NUMBER = /\+?\d(?:[\d .()-]*\d)?/g;

/** Put a text into an element, with every telephone number that we know ready to be tapped. */
export function write(element, text, isTrusted) {
  let from = 0;
  for (const { 0: found, index } of text.matchAll(NUMBER)) {
    const digits = found.replace(/\D/g, "");
    // an operator may know numbers that are not in the directory
    if (!numbers.has(digits) && !(isTrusted && /^[+0]/.test(found) && digits.length >= 8)) continue;
    const link = document.createElement("a");
    link.href = `tel:${found.startsWith("+") ? "+" : ""}${digits}`;
    link.textContent = found;
    link.setAttribute("aria-label", word("chat.call_number", { number: found }));
    element.append(text.slice(from, index), link);
    from = index + found.length;
  }
  element.append(text.slice(from));
}
