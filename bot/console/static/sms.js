// What the text in the field costs as SMS, while it is written. The server says how it is counted.

import { ask, Refused } from "./api.js";
import { find } from "./dom.js";
import { figure, word } from "./words.js";

const LONGEST = 1600; // UTF-16 units that go at once; more goes in several

let rules = null; // fetched once, for the first conversation by SMS
let counting = false;

/** Count for this conversation, or rest where it is not by SMS. */
export async function follow({ channel, mine }) {
  counting = channel === "sms" && mine;
  if (counting && rules === null) {
    try {
      const told = await ask("GET", "/sms");
      rules = { ...told, basic: new Set(told.basic), extended: new Set(told.extended) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // asked again with the next look at the conversation
    }
  }
  tell();
}

/** How many SMS `text` takes; see bot/content/sms.py. */
export function segments(text) {
  const plain = [...text].map((letter) => rules.plain[letter] ?? letter).join("");
  return Math.min(count(plain), count(text));
}

function count(text) {
  let sum = 0;
  for (let from = 0; from < text.length; from += LONGEST) sum += once(text.slice(from, from + LONGEST));
  return sum;
}

function once(text) {
  const letters = [...text];
  const short = letters.every((letter) => rules.basic.has(letter) || rules.extended.has(letter));
  const units = short ? letters.length + letters.filter((letter) => rules.extended.has(letter)).length : text.length;
  const [alone, joined] = short ? [160, 153] : [70, 67];
  return units <= alone ? 1 : Math.ceil(units / joined);
}

/** Say what the text in the field costs. */
export function tell() {
  const place = find("sms-cost");
  place.hidden = !counting || rules === null;
  if (place.hidden) return;
  const number = segments(find("text").value.trim());
  const { price, currency, decimals } = rules;
  const amount = price === null ? null : figure(price * number, decimals, 4);
  const cost = price === null ? "" : ` · ${word("desk.figure.money", { amount, currency })}`;
  place.textContent = word("desk.sms_count", { count: number }) + cost;
}
