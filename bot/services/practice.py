"""Practice: an operator talks with an invented person. Nothing of it reaches a channel or a conversation."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.content.library import Library
from bot.content.menus import title_of
from bot.content.practice import Scripts
from bot.content.practice_reading import Reader
from bot.core.ids import SHORT_CHANNELS, OperatorId
from bot.core.message import Author, Saying
from bot.core.practice import PracticeLine, PracticeRehearsal, Said
from bot.core.rehearsal import NUMBER, QUIET, Line, Move, Person, Rehearsal, Tap, answer, begin
from bot.core.rehearsal_score import Result, Step, score
from bot.core.turn import Stale
from bot.core.understanding import Understanding
from bot.services.desk import LONGEST_TEXT
from bot.services.ports import Clock, Engine, PracticeStore, Run

log = structlog.get_logger(__name__)

#: Messages of an operator in one rehearsal; each is read anew for the next.
MOST_MOVES = 200


@dataclass(frozen=True)
class Open:
    """A rehearsal with its person and its lines."""

    rehearsal: PracticeRehearsal
    person: Person
    lines: tuple[PracticeLine, ...]


class Practice:
    """Begins rehearsals, lets the person answer, and looks at them by the practice rules."""

    def __init__(
        self,
        store: PracticeStore,
        scripts: Scripts,
        library: Library,
        engine: Engine,
        run: Run,
        clock: Clock,
        kept_days: int = 0,
    ) -> None:
        """*kept_days*: a rehearsal is forgotten so long after the last thing in it; 0: never."""
        self.scripts, self.kept_days = scripts, kept_days
        self._store, self._library, self._engine = store, library, engine
        self._run, self._clock, self._reader = run, clock, Reader(scripts)
        self._understood: dict[str, Understanding] = {}  # the persons' lines are few, and the same for everybody

    async def begin(self, operator: OperatorId, person_id: str) -> Open:
        """A new rehearsal with a person. Raises LookupError: there is no such person."""
        person = self.scripts.persons[person_id]
        rehearsal_id = secrets.token_hex(16)
        opening = [self._said(person, line) for line in person.opening]
        seed = secrets.randbelow(1000)
        await self._run(self._store.begin, rehearsal_id, operator, person_id, seed, opening, self._clock())
        return await self.open(rehearsal_id)

    async def open(self, rehearsal_id: str) -> Open:
        """Raises LookupError: no such rehearsal, or its person is no longer there."""
        rehearsal = await self._run(self._store.get, rehearsal_id)
        if rehearsal is None:
            raise LookupError(rehearsal_id)
        lines = await self._run(self._store.lines, rehearsal_id)
        return Open(rehearsal, self.scripts.persons[rehearsal.person], tuple(lines))

    async def write(self, rehearsal_id: str, text: str) -> Open:
        """Own words. Raises LookupError, PermissionError (it has ended), ValueError (empty, or too long)."""
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise ValueError(f"a message has 1 to {LONGEST_TEXT} characters")
        now = await self.open(rehearsal_id)
        move = self._reader.words(text, now.person.language)
        return await self._move(now, Said(Author.OPERATOR, text, move=move))

    async def send_card(self, rehearsal_id: str, key: str) -> Open:
        """A ready sentence. Raises LookupError, PermissionError (it has ended), ValueError (no ready sentence)."""
        if not self._library.is_card(key):
            raise ValueError(f"{key} is no ready sentence")
        now = await self.open(rehearsal_id)
        return await self._move(now, self._worded(now.person, Saying(key), self._reader.card(key)))

    async def give_number(self, rehearsal_id: str) -> Open:
        """The emergency number where the person is, as the bot gives it. Raises LookupError, PermissionError."""
        now = await self.open(rehearsal_id)
        saying = Saying("emergency", {role: str(code) for role, code in now.person.countries.items()})
        return await self._move(now, self._worded(now.person, saying, Move((NUMBER,))))

    async def keep_quiet(self, rehearsal_id: str) -> Open:
        """Write nothing for a while. Raises LookupError, PermissionError."""
        return await self._move(await self.open(rehearsal_id), Said(Author.OPERATOR, "", move=Move((QUIET,))))

    async def stop(self, rehearsal_id: str) -> Open:
        """Break it off. What ended already stays as it is. Raises LookupError."""
        if await self._run(self._store.stop, rehearsal_id, self._clock()):
            await self._keep_results(rehearsal_id)
        return await self.open(rehearsal_id)

    async def sweep(self) -> None:
        """Forget what is older than it may be. To be called every now and then."""
        now = self._clock()
        if self.kept_days and (count := await self._run(self._store.forget, now - timedelta(days=self.kept_days), now)):
            log.info("rehearsals_forgotten", count=count)

    async def understand(self, line: PracticeLine) -> Understanding | None:
        """What the engine makes of a person's line, as it would of a real one. None: it is no words of a person."""
        if line.said.author is not Author.PERSON or line.said.tap is not None:
            return None
        text = line.said.text
        if text not in self._understood:
            self._understood[text] = await self._engine.understand(text)
        return self._understood[text]

    async def _move(self, now: Open, said: Said) -> Open:
        if now.rehearsal.moves >= MOST_MOVES:
            raise PermissionError(f"a rehearsal has {MOST_MOVES} messages at most: end it")
        if now.rehearsal.end is not None or said.move is None:
            raise PermissionError("this rehearsal has ended: begin another")
        state, _ = self._replayed(now)
        turn = answer(now.person, self.scripts.topics, state, said.move, now.rehearsal.seed)
        replies = [self._said(now.person, one) for one in turn.said]
        try:
            await self._run(self._store.add, now.rehearsal, (said, *replies), turn.after.end, self._clock())
        except Stale:
            raise PermissionError("another message was sent at the same moment: look again") from None
        if turn.after.end is not None:
            await self._keep_results(now.rehearsal.id)
        return await self.open(now.rehearsal.id)

    async def _keep_results(self, rehearsal_id: str) -> None:
        ended = await self.open(rehearsal_id)
        _, steps = self._replayed(ended)
        results: tuple[Result, ...] = score(self.scripts.rules, steps)
        await self._run(self._store.keep_results, rehearsal_id, results)

    def _replayed(self, now: Open) -> tuple[Rehearsal, Sequence[Step]]:
        """The state after all moves so far, and each move with what it did: the talk itself is what is kept."""
        state, steps = begin(now.person), []
        moves = [(line.id, line.said.move) for line in now.lines if line.said.move is not None]
        for line, move in moves:
            turn = answer(now.person, self.scripts.topics, state, move, now.rehearsal.seed)
            steps.append(Step(line, turn.acts, state.marks))
            state = turn.after
        return state, steps

    def _said(self, person: Person, said: Line | Tap) -> Said:
        if isinstance(said, Line):
            return Said(Author.PERSON, said.text, said.gloss)
        title = title_of(said.question, said.answer, self._library.phrases)
        return Said(Author.PERSON, self._library.text(title, person.language), tap=said)

    def _worded(self, person: Person, saying: Saying, move: Move) -> Said:
        form = "sms" if person.channel in SHORT_CHANNELS else "chat"
        reply = self._library.word(saying, person.language, form)
        buttons = tuple(button.title for button in reply.buttons)
        return Said(Author.OPERATOR, reply.text, move=move, saying=saying, buttons=buttons)
