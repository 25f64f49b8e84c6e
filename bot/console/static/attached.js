// What a person sent besides words. Nothing is fetched before the operator asks; pictures stay blurred until then.

import { ask, askFile, Refused } from "./api.js";
import { make } from "./dom.js";
import * as map from "./map.js";
import { figure, has, language, word } from "./words.js";

const PICTURES = new Set(["photo", "sticker"]);
const SOUNDS = new Set(["voice", "audio"]);
// Says how a message came, and is nothing to open.
const MANNERS = new Set(["edit", "forwarded"]);
const held = new Set(); // addresses of files in this page's memory
const made = new Map(); // path -> {form, element}: what was opened stays open when its message is shown anew

/** Everything that came with a message, as elements; `conversation` is its id. */
export function parts(message, conversation) {
  return message.attached
    .map((one, place) => ({ one, path: `/conversations/${encodeURIComponent(conversation)}/messages/${message.id}/attached/${place}` }))
    .filter(({ one }) => !MANNERS.has(one.kind))
    .map(({ one, path }) => kept(one, path));
}

/** What came, in words: for reading aloud. */
export const named = (message) =>
  message.attached.filter((one) => !MANNERS.has(one.kind)).map((one) => kindOf(one)).join(", ");

/** How a message came, in words, such as "Forwarded"; empty where it came plainly. */
export const manner = (message) =>
  message.attached.filter((one) => MANNERS.has(one.kind)).map((one) => word(`desk.attached.${one.kind}`)).join(" · ");

/** Let go of every file: another conversation is opened, or this one was erased. */
export function forget() {
  for (const address of held) URL.revokeObjectURL(address);
  held.clear();
  made.clear();
}

const kindOf = ({ kind }) => word(has(`desk.attached.${kind}`) ? `desk.attached.${kind}` : "desk.attached.message");

function kept(one, path) {
  const form = language + JSON.stringify(one);
  if (made.get(path)?.form !== form) made.set(path, { form, element: part(one, path) });
  return made.get(path).element;
}

function part(one, path) {
  const about = [kindOf(one), one.lasts, one.size && size(one.size)].filter(Boolean).join(" · ");
  const box = make("div", { class: "attached" }, make("p", { class: "what" }, about));
  const note = make("p", { class: "note", role: "status" });
  if (one.location) place(box, note, one.location);
  if (one.contact) contact(box, note, one.contact, path);
  if (one.opens && PICTURES.has(one.kind)) picture(box, note, path);
  else if (one.opens && SOUNDS.has(one.kind)) sound(box, note, path);
  else if (one.opens) box.append(button("desk.attached_save", (own) => save(own, note, path)));
  box.append(note);
  return box;
}

function size(bytes) {
  if (bytes < 1e6) return word("desk.unit.kilobyte", { count: figure(bytes / 1e3, 0, 0) });
  return word("desk.unit.megabyte", { count: figure(bytes / 1e6, 0, 1) });
}

function button(key, act) {
  const made = make("button", { type: "button" }, word(key));
  made.addEventListener("click", () => act(made));
  return made;
}

// Fetch it, with the button resting meanwhile; null when it could not be had, which is then told.
async function fetched(own, note, path, how = askFile) {
  if (own.getAttribute("aria-disabled")) return null;
  own.setAttribute("aria-disabled", "true");
  note.textContent = word("desk.attached_fetching");
  try {
    const file = await how(path);
    note.textContent = "";
    return file;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    note.textContent = word({ 404: "desk.erased", 410: "desk.attached_gone", 413: "desk.attached_too_large" }[error.status] ?? "desk.attached_away");
    return null;
  } finally {
    own.removeAttribute("aria-disabled");
  }
}

function address(file) {
  const made = URL.createObjectURL(file.blob);
  held.add(made);
  return made;
}

function picture(box, note, path) {
  const frame = make("div", { class: "frame blurred", "aria-hidden": "true" });
  let image = null;
  const show = button("desk.attached_show", async (own) => {
    if (image === null) {
      const file = await fetched(own, note, path);
      if (file === null || !box.isConnected) return; // its conversation was left, or erased
      if (!file.blob.type.startsWith("image/")) return keepOnly(own, note, file, "desk.attached_not_shown");
      image = make("img", { src: address(file), alt: word("desk.attached.photo") });
      frame.replaceChildren(image);
    }
    const open = frame.classList.toggle("blurred") === false;
    if (open) frame.removeAttribute("aria-hidden");
    else frame.setAttribute("aria-hidden", "true");
    own.textContent = word(open ? "desk.attached_hide" : "desk.attached_show");
  });
  box.append(frame, show);
}

function sound(box, note, path) {
  box.append(button("desk.attached_play", async (own) => {
    const file = await fetched(own, note, path);
    if (file === null || !box.isConnected) return;
    const player = make("audio", { controls: "", "aria-label": box.querySelector(".what").textContent });
    const cannot = () => keepOnly(player.isConnected ? player : own, note, file, "desk.attached_no_player");
    if (!file.blob.type.startsWith("audio/") || player.canPlayType(playable(file.blob.type)) === "") return cannot();
    player.addEventListener("error", cannot, { once: true });
    player.src = address(file);
    own.replaceWith(player);
    player.focus();
  }));
}

// A voice message of Telegram or WhatsApp is Opus in Ogg; a browser that knows Ogg may know Vorbis alone.
const playable = (type) => (type === "audio/ogg" ? 'audio/ogg; codecs="opus"' : type);

// It is here, but cannot be shown: it can be saved.
function keepOnly(place, note, file, why) {
  note.textContent = word(why);
  place.replaceWith(button("desk.attached_save", () => saved(file)));
}

async function save(own, note, path) {
  const file = await fetched(own, note, path);
  if (file !== null) saved(file);
}

function saved(file) {
  const link = make("a", { href: address(file), download: file.name });
  link.click();
}

function contact(box, note, masked, path) {
  const shown = make("p", { class: "contact" }, [masked.name, masked.phone].filter(Boolean).join(" · "));
  const reveal = button("desk.attached_reveal", async (own) => {
    const told = await fetched(own, note, `${path}/contact`, (where) => ask("GET", where));
    if (told === null) return;
    shown.textContent = [told.name, told.phone].filter(Boolean).join(" · ");
    own.remove();
  });
  box.append(shown, reveal);
}

function place(box, note, { latitude, longitude, name }) {
  if (name) box.append(make("p", {}, name));
  box.append(make("p", { class: "coordinates" }, map.shown(latitude, longitude)));
  const link = make("a", { href: map.outside(latitude, longitude), target: "_blank", rel: "noopener noreferrer" }, word("desk.attached_outside"));
  const show = button("desk.attached_map", async (own) => {
    const drawn = await map.picture(latitude, longitude).catch(() => undefined);
    if (!own.isConnected) return; // pressed twice, or its conversation was left
    if (!drawn) {
      note.textContent = word(drawn === null ? "desk.attached_map_none" : "desk.error");
      return;
    }
    own.replaceWith(drawn);
    drawn.named();
  });
  box.append(show, make("p", { class: "hint" }, link, " ", word("desk.attached_outside_hint")));
}
