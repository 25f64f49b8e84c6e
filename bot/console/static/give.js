// The window in which a supervisor gives a conversation to somebody, or back to the queue.

import { ask, Refused } from "./api.js";
import { make, tell } from "./dom.js";
import { has, word } from "./words.js";

/** Ask to whom conversation `id` goes, which `holder` has (null: it waits). `then` is called when it was given. */
export function choose(id, holder, operators, then) {
  const there = operators.filter((one) => one.there && one.id !== holder);
  const options = there.map((one) => make("option", { value: one.id }, word("desk.overview.has", { name: one.name, count: one.holds.length })));
  if (holder !== null) options.push(make("option", { value: "" }, word("desk.overview.to_queue")));
  const to = make("select", { required: holder === null ? "" : null }, ...options);
  const note = make("textarea", { rows: 3, maxlength: 4000 });
  const cancel = make("button", { type: "button" }, word("desk.cancel"));
  const yes = make("button", { class: "primary" }, word("desk.overview.give"));
  const wrong = make("p", { class: "notice", role: "alert", hidden: "" });
  const fields = options.length
    ? [make("label", {}, word("desk.colleague"), to), make("label", {}, word("desk.ask_why"), note)]
    : [make("p", { role: "status" }, word("desk.colleagues_none"))];
  const form = make("form", {}, ...fields, wrong, make("div", { class: "row" }, cancel, options.length ? yes : null));
  const dialog = make(
    "dialog",
    { class: "window", "aria-labelledby": "give-title" },
    make("h2", { id: "give-title" }, word("desk.overview.give")),
    make("p", { class: "hint" }, word("desk.overview.give_hint")),
    form,
  );
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    yes.disabled = true;
    wrong.hidden = true;
    try {
      await ask("POST", `/conversations/${encodeURIComponent(id)}/reassign`, { to: to.value ? Number(to.value) : null, note: note.value.trim() });
      dialog.close();
      tell(word("desk.overview.given"));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      wrong.textContent = told(error);
      wrong.hidden = yes.disabled = false;
    }
    then();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function told({ status, detail }) {
  if (status === 404) return word("desk.erased");
  if (status === 409) return word(has(`desk.refused.${detail}`) ? `desk.refused.${detail}` : "desk.not_allowed");
  return word("desk.error");
}
