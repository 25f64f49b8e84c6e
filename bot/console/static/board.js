// What is open and what is closed, kept true: a snapshot, and every event applied to it.

// `floor`: the lines up to this order are all here, those behind it only where they are mine; null: all are here.
const boards = { open: none(), closed: none() };
let totals = { queue: 0, operator: 0, bot: 0 };
let size = Infinity; // of a full list, in lines
const heard = []; // the last events: a snapshot may have been taken before them and come after them

function none() {
  return { lines: [], floor: null, filled: false };
}

/** The lines of `open` or `closed`, in the order in which the server gives them. */
export const lines = (name) => boards[name].lines;

/** Is there a snapshot of a board? */
export const isFilled = (name) => boards[name].filled;

/** Is a board longer than what stands in it here? */
export const isLong = (name) => boards[name].floor !== null;

/** How many conversations are open, by holder: a list may show fewer. */
export const counts = () => totals;

/** Take a snapshot of a board; what was heard of later than it was taken stays true. */
export function fill(name, desk, me) {
  boards[name] = { lines: desk.conversations, floor: desk.floor, filled: true };
  ({ totals, size } = desk);
  for (const event of heard) if (event.id > desk.last_event_id) change(name, event, me);
}

/** Nobody looks at a board any longer. */
export function forget(...names) {
  for (const name of names) boards[name] = none();
}

/** Apply an event's `line` (null: the conversation is gone). */
export function apply(event, me) {
  heard.push(event);
  if (heard.length > 500) heard.shift();
  for (const name of Object.keys(boards)) change(name, event, me);
}

/** A list has become shorter than a full one while there are others behind it: fetch it anew soon. */
export const isShort = () => Object.values(boards).some((board) => board.floor !== null && above(board).length < size);

function change(name, { conversation: id, line, totals: counted }, me) {
  totals = counted;
  const board = boards[name];
  if (!board.filled) return;
  board.lines = board.lines.filter((one) => one.id !== id);
  if (line && (line.holder === "closed") === (name === "closed")) put(board, { ...line, mine: line.operator_id === me });
}

function put(board, line) {
  const behind = board.floor !== null && compare(line.order, board.floor) > 0;
  if (behind && !line.mine) return;
  const at = board.lines.findIndex((one) => compare(line.order, one.order) < 0);
  board.lines.splice(at < 0 ? board.lines.length : at, 0, line);
  if (above(board).length <= size) return;
  board.floor = board.lines[size - 1].order; // one more stands in the list: the last one is behind it now
  board.lines = board.lines.filter((one, index) => index < size || one.mine);
}

// The lines down to the floor.
const above = ({ lines: all, floor }) => (floor === null ? all : all.filter((one) => compare(one.order, floor) <= 0));

function compare(one, other) {
  for (const [index, part] of one.entries()) if (part !== other[index]) return part < other[index] ? -1 : 1;
  return 0;
}
