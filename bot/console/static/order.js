// Who is helped next, for one operator: the same order as bot/core/urgency.py, which says why it is so.

import { moment } from "./hours.js";

const GRADES = ["none", "concern", "high", "emergency"];
const HIGH = GRADES.indexOf("high");
const PLEAS = new Set(["report_danger", "report_self_harm"]);
const MINUTE = 60000; // ms
const HEAD_START = 10; // minutes
const EMERGENCY_HEAD_START = 2; // minutes

/** `lines` in the order of `speaks` (languages of the operator) and `step` (minutes of waiting that raise by one). */
export function inOrder(lines, { speaks, step }, now = Date.now()) {
  const waits = lines.filter((one) => one.waiting_since !== null);
  const keys = new Map(waits.map((one) => [one, key(one, new Set(speaks), step * MINUTE, now)]));
  waits.sort((one, other) => {
    const [mine, theirs] = [keys.get(one), keys.get(other)];
    return theirs.grade - mine.grade || mine.held - theirs.held || mine.since - theirs.since;
  });
  return [...waits, ...lines.filter((one) => one.waiting_since === null)];
}

function key({ risk, handoff_reason: reason, waiting_since: waiting, language, ...one }, speaks, step, now) {
  const since = Date.parse(waiting);
  const own = Math.max(GRADES.indexOf(risk), PLEAS.has(reason) ? HIGH : 0);
  const grade = own >= HIGH ? own : Math.min(HIGH, own + Math.max(0, Math.floor((now - since) / step)));
  const spoken = Number(speaks.has(language));
  if (grade > HIGH) return { grade, held: 0, since: since - spoken * EMERGENCY_HEAD_START * MINUTE };
  const may = moment(one.safe_hours, one.last_person_at, now);
  const starts = spoken + Number(may === "soon_over");
  return { grade, held: Number(may === "not_now"), since: since - starts * HEAD_START * MINUTE };
}
