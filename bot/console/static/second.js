// The second step of signing in: asking for its code, setting it up, and showing recovery codes.

import { ask, Refused } from "./api.js";
import { make } from "./dom.js";
import { lasting, word } from "./words.js";

/** A field for a code. One that a telephone knows how to fill in, and into which a recovery code fits too. */
export function codeField(label, hint = null) {
  const attributes = { name: "code", autocomplete: "one-time-code", autocapitalize: "none", spellcheck: "false", maxlength: "40", required: "" };
  const field = make("input", attributes);
  if (hint === null) return make("label", {}, make("span", {}, label), field);
  field.setAttribute("aria-describedby", "code-hint");
  return make("div", {}, make("label", {}, make("span", {}, label), field), make("p", { id: "code-hint", class: "hint" }, hint));
}

/** A line that tells what went wrong in a form, empty until something does. */
export const trouble = () => make("p", { class: "notice", role: "alert", hidden: "" });

/** Make `form` do `act` when it is sent; what the server refuses is told in `line`. */
export function submits(form, line, act, reason) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button:not([type=button])");
    button.disabled = true;
    say(line, null);
    try {
      await act(form.elements);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(line, reason(error));
    } finally {
      button.disabled = false;
    }
  });
}

export function say(line, text) {
  line.hidden = text === null;
  line.textContent = text ?? "";
}

/** Why a code or a proof was refused, in words; `wrong` is said of what is not right. */
export const refusal = (wrong) => ({ status, retryAfter }) => {
  if (status === 400) return word(wrong);
  if (status === 401) return word("desk.session_ended");
  if (status === 429) return word("desk.locked_out", { time: lasting(Math.ceil(retryAfter / 60) * 60) });
  return word("desk.error");
};

/** A form that asks for a code; `done(session)` is called with the session that it opens. */
export function codeForm(done, failed) {
  const line = trouble();
  const form = make(
    "form",
    { id: "code-form" },
    make("h2", {}, word("desk.sign_in")),
    line,
    codeField(word("desk.code"), word("desk.code_hint")),
    make("button", { class: "primary" }, word("desk.next")),
  );
  submits(form, line, async ({ code }) => done(await ask("POST", "/sign-in/code", { code: code.value })), (error) => {
    if (error.status === 401) failed();
    return refusal("desk.code_wrong")(error);
  });
  return form;
}

/**
 * Fill `place` with setting up the second step. `proof`: the password or a code, where there is a second step already.
 * `done(session)` is called when the recovery codes were seen; the session is null where it stays the same. `later`:
 * called when the operator puts it off, or null where that cannot be.
 */
export async function setUp(place, { proof = "", done, later = null }) {
  const { groups, qr } = await ask("POST", "/me/second-step", { proof });
  const line = trouble();
  const form = make(
    "form",
    { id: "set-up" },
    make("h2", {}, word("desk.second.title")),
    make("p", {}, word("desk.second.why")),
    line,
    make("p", {}, word("desk.second.scan")),
    make("img", { class: "qr", src: qr, alt: word("desk.second.qr") }),
    make("p", {}, word("desk.second.type")),
    make("p", { class: "key", lang: "" }, make("code", {}, groups.join(" "))),
    make("p", {}, word("desk.second.confirm")),
    codeField(word("desk.code")),
    make("button", { class: "primary" }, word("desk.next")),
  );
  const putOff = make("button", { type: "button" }, word("desk.later"));
  if (later !== null) {
    putOff.addEventListener("click", later);
    form.append(make("p", { class: "hint" }, word("desk.second.later_hint")), putOff);
  }
  submits(
    form,
    line,
    async ({ code }) => {
      putOff.disabled = true; // the recovery codes are shown this once, and seen
      try {
        const answer = await ask("POST", "/me/second-step/confirm", { code: code.value });
        showCodes(place, answer.recovery_codes, () => done(answer.session));
      } finally {
        putOff.disabled = false;
      }
    },
    refusal("desk.code_wrong"),
  );
  place.replaceChildren(form);
  form.elements.code.focus();
}

/** Show recovery codes in `place`, this once; `done` is called when the operator has them. */
export function showCodes(place, codes, done) {
  const button = make("button", { type: "button", class: "primary" }, word("desk.recovery.kept"));
  button.addEventListener("click", done);
  const heading = make("h2", { tabindex: "-1" }, word("desk.recovery.title"));
  place.replaceChildren(
    make(
      "section",
      { class: "sheet", id: "recovery-codes" },
      heading,
      make("p", {}, word("desk.recovery.keep")),
      make("ol", { class: "codes", lang: "" }, ...codes.map((code) => make("li", {}, make("code", {}, code)))),
      make("div", { class: "row" }, copies(() => codes.join("\n")), button),
    ),
  );
  heading.focus();
}

/** A button that copies what `text()` gives. */
export function copies(text) {
  const button = make("button", { type: "button" }, word("desk.copy"));
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = word("desk.copied");
  });
  return button;
}
