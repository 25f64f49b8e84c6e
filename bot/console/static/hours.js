// Safe hours: the same rule as bot/core/safe_hours.py, which says why it is so.

const THERE_FOR = 10 * 60000; // ms
const SOON = 30; // minutes
const DAY = 24 * 60; // minutes

const clocks = new Map(); // zone -> its clock

/** The time that a clock in `zone` shows, "HH:MM". */
export function timeIn(zone, now = Date.now()) {
  if (!clocks.has(zone)) clocks.set(zone, new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }));
  return clocks.get(zone).format(now);
}

/** May somebody with these `hours`, who wrote last at `wroteAt`, be written to: "may", "soon_over" or "not_now". */
export function moment(hours, wroteAt, now = Date.now()) {
  if (!hours) return "may";
  const [minute, begin, end] = [timeIn(hours.zone, now), hours.begin, hours.end].map(minutes);
  if (since(minute, begin) < since(end, begin)) return since(end, minute) <= SOON ? "soon_over" : "may";
  const there = wroteAt !== null && Math.abs(now - Date.parse(wroteAt)) < THERE_FOR;
  return there ? "may" : "not_now";
}

function minutes(time) {
  const [hour, minute] = time.split(":").map(Number);
  return hour * 60 + minute;
}

const since = (minute, begin) => (minute - begin + DAY) % DAY;
