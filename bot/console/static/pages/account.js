// An operator's own account: languages, second step, password, sessions.

import { ask, begun, latest, Refused } from "../api.js";
import { find, make } from "../dom.js";
import { refusal, say, setUp, showCodes, submits, trouble } from "../second.js";
import { moment, word } from "../words.js";
import { button, inTurn, orTell, section, table } from "./pieces.js";

let place = null;
const asked = latest();

/** Fill the page. */
export async function show(fresh) {
  place = fresh;
  const isLast = asked();
  const [account, session] = await Promise.all([ask("GET", "/me/account"), ask("GET", "/me")]);
  if (!isLast()) return;
  place.replaceChildren(
    make("h1", {}, word("desk.page.account")),
    make("p", { class: "hint" }, `${account.name} · ${word(`desk.role.${account.role}`)}`),
    languages(account, session.languages),
    secondStep(account),
    ...(account.second_step ? [recovery(account)] : []),
    password(account),
    sessions(account),
  );
}

const again = () => show(place);

/** Do what may be refused, and show the page anew. */
const does = (path) =>
  orTell(async () => {
    await ask("POST", path);
    await again();
  });

// --- languages -------------------------------------------------------------------------------------------------------

function languages(account, names) {
  const reads = make(
    "select",
    { name: "reads" },
    ...Object.entries(names).map(([code, name]) => {
      const option = make("option", { value: code, lang: code }, name);
      option.selected = code === account.language;
      return option;
    }),
  );
  reads.addEventListener("change", () => {
    // one place changes the page's language
    find("my-language").value = reads.value;
    find("my-language").dispatchEvent(new Event("change", { bubbles: true }));
  });
  const saved = make("p", { class: "hint", role: "status" });
  const boxes = Object.entries(names).map(([code, name]) => {
    const box = make("input", { type: "checkbox", name: "speaks", value: code });
    box.checked = account.speaks.includes(code);
    return make("label", { class: "tick" }, box, make("span", { lang: code }, name));
  });
  const speaks = make("fieldset", { class: "several" }, make("legend", {}, word("desk.account.speaks")), ...boxes);
  const save = async () => {
    const ticked = [...speaks.querySelectorAll("input:checked")].map((box) => box.value);
    try {
      await ask("PUT", "/me/speaks", { languages: ticked });
      saved.textContent = word("desk.account.saved");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      saved.textContent = word("desk.error");
    }
  };
  const inOrder = inTurn();
  speaks.addEventListener("change", () => inOrder(save));
  return section(word("desk.account.languages"), make("label", {}, make("span", {}, word("desk.account.reads")), reads), speaks, saved);
}

// --- the second step -------------------------------------------------------------------------------------------------

// A form that asks for the password or a code before `act(proof)`.
function proven(text, act) {
  const line = trouble();
  const field = make("input", { name: "proof", type: "password", autocomplete: "off", maxlength: "1000", required: "" });
  const form = make("form", {}, line, make("label", {}, make("span", {}, word("desk.proof")), field), make("button", {}, text));
  submits(form, line, ({ proof }) => act(proof.value), refusal("desk.proof_wrong"));
  return form;
}

function secondStep(account) {
  const steps = make("div", {});
  const begin = async (proof) => {
    await setUp(steps, {
      proof,
      done: (session) => {
        if (session) begun(session);
        again();
      },
    });
    steps.scrollIntoView({ block: "nearest" });
  };
  const act = account.second_step
    ? proven(word("desk.second.renew"), begin)
    : button(word("desk.second.set_up"), () => orTell(() => begin("")), "primary");
  steps.append(act);
  const state = make("p", {}, word(account.second_step ? "desk.second.on" : "desk.second.off"));
  const part = section(word("desk.second.title"), state, steps);
  part.id = "second-step";
  return part;
}

function recovery(account) {
  const steps = make("div", {});
  steps.append(
    proven(word("desk.recovery.renew"), async (proof) => {
      const { recovery_codes: codes } = await ask("POST", "/me/recovery-codes", { proof });
      showCodes(steps, codes, again);
    }),
  );
  const part = section(word("desk.recovery.title"), make("p", {}, word("desk.recovery.count", { count: account.recovery_left })), steps);
  part.id = "recovery";
  return part;
}

// --- the password ----------------------------------------------------------------------------------------------------

function password(account) {
  const line = trouble();
  const done = make("p", { class: "hint", role: "status" });
  const field = (name, label, complete) =>
    make("label", {}, make("span", {}, label), make("input", { name, type: "password", autocomplete: complete, maxlength: "1000", required: "" }));
  const form = make(
    "form",
    {},
    line,
    make("input", { type: "text", name: "username", autocomplete: "username", value: account.name, readonly: "", hidden: "" }),
    field("present", word("desk.account.password_now"), "current-password"),
    field("password", word("desk.account.password_new"), "new-password"),
    make("p", { class: "hint" }, word("desk.password_rule", { count: account.shortest_password })),
    make("button", {}, word("desk.account.password")),
    done,
  );
  submits(
    form,
    line,
    async ({ present, password: fresh }) => {
      say(done, "");
      await ask("POST", "/me/password", { present: present.value, password: fresh.value });
      form.reset();
      say(done, word("desk.account.password_changed"));
    },
    (error) => (error.status === 422 ? word("desk.password_weak") : refusal("desk.proof_wrong")(error)),
  );
  return section(word("desk.account.password"), form);
}

// --- sessions --------------------------------------------------------------------------------------------------------

function sessions(account) {
  const headings = ["device", "began", "seen", "end"].map((name) => word(`desk.account.${name}`));
  const rows = account.sessions.map((one) => [
    [one.device || word("desk.unknown"), ...(one.this ? [make("b", {}, ` (${word("desk.account.this")})`)] : [])],
    moment(one.began_at),
    moment(one.seen_at),
    one.this ? "" : button(word("desk.account.end"), () => does(`/me/sessions/${one.id}/end`)),
  ]);
  const part = section(word("desk.account.sessions"), table(word("desk.account.sessions"), headings, rows));
  if (rows.length > 1) part.append(button(word("desk.account.end_others"), () => does("/me/sessions/end-others")));
  part.id = "sessions";
  return part;
}
