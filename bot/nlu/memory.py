"""What the dialogue remembers of a conversation from one turn to the next: a few hundred bytes, and no words.

Rasa keeps a conversation as the list of everything that happened and replays it at each turn, which costs more and
more. Here only the last turns stay as events; what came before is folded into events that lead to the same state:
slots, the open form and what was said last. What a person wrote, what was understood in it and what we answered is
not kept at all; of a message there remain its intent and which kinds of details it named.

The memory is exact as long as a rule looks back no further than the turns that are kept. Going back (Rasa's ``/back``)
works for those turns and no more.

A tracker is rebuilt from its memory at every turn: that takes 0.05 ms of a turn's 0.5, so none is kept alive between
turns, and a turn that is run again after a failure starts from the same place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    DefinePrevUserUtteredFeaturization,
    Event,
    FollowupAction,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

_DETAIL = ("entity", "role", "group")

#: Turns that stay as events when nothing asks for more.
KEPT_TURNS = 3


class UnreadableMemory(Exception):
    """The bytes are not a memory that this version wrote."""


def remember(tracker: DialogueStateTracker, kept_turns: int = KEPT_TURNS, kept_actions: int = 0) -> bytes:
    """The memory of *tracker* after a turn.

    Args:
        kept_turns: messages of the person that stay as events.
        kept_actions: the least number of actions that stay as events; as many as the longest rule looks back.
    """
    events = [event for event in tracker.applied_events() if not isinstance(event, _FORGOTTEN)]
    cut = _cut(events, kept_turns, kept_actions)
    if cut:
        past = tracker.init_copy()
        for event in events[:cut]:
            past.update(event)
        events = [*_leading_to(past), *events[cut:]]
    return json.dumps([_packed(event) for event in events], ensure_ascii=False, separators=(",", ":")).encode()


def recall(conversation_id: str, memory: bytes | None, slots: Iterable[Slot]) -> DialogueStateTracker:
    """The tracker that *memory* is of; a new one for None.

    Raises UnreadableMemory.
    """
    tracker = DialogueStateTracker(conversation_id, slots)
    if memory is None:
        return tracker
    try:
        events = [_unpacked(packed) for packed in json.loads(memory)]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise UnreadableMemory(f"The dialogue's memory of conversation {conversation_id} cannot be read") from error
    for event in events:
        tracker.update(event)
    return tracker


#: What we said lives in the messages of the store; which part of a message was looked at is known: its intent.
_FORGOTTEN = (BotUttered, DefinePrevUserUtteredFeaturization)


def _cut(events: list[Event], kept_turns: int, kept_actions: int) -> int:
    """Where the kept events begin: right after a moment at which we listened. 0 keeps all."""
    turns = actions = 0
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, ActionExecuted):
            if event.action_name == ACTION_LISTEN_NAME and turns >= kept_turns and actions >= kept_actions:
                return index + 1
            actions += 1
        elif isinstance(event, UserUttered):
            turns += 1
    return 0


def _leading_to(past: DialogueStateTracker) -> list[Event]:
    """Few events after which a new tracker is where *past* is: listening."""
    events: list[Event] = [SlotSet(slot.name, slot.value) for slot in past.slots.values() if _was_set(slot)]
    if past.is_paused():
        events.append(ConversationPaused())
    events.append(ActionExecuted(ACTION_LISTEN_NAME))
    if past.active_loop is None:
        return events
    # a form goes on only if it is seen to have run, after the message that opened it
    if past.latest_message and past.latest_message.intent_name:
        events.append(past.latest_message)
    events += [ActionExecuted(past.active_loop.name), ActiveLoop(past.active_loop.name)]
    if past.active_loop.rejected:
        events.append(ActionExecutionRejected(past.active_loop.name))
    return [*events, ActionExecuted(ACTION_LISTEN_NAME)]


def _was_set(slot: Slot) -> bool:
    return bool(slot.value != slot.initial_value)


def _packed(event: Event) -> list[Any]:
    match event:
        case ActionExecuted():
            return ["a", event.action_name]
        case UserUttered():
            details = [[entity.get(name) for name in _DETAIL] for entity in event.entities]
            return ["u", event.intent_name, details] if details else ["u", event.intent_name]
        case SlotSet():
            return ["s", event.key, event.value]
        case ActiveLoop():
            return ["l", event.name]
        case ActionExecutionRejected():
            return ["r", event.action_name]
        case LoopInterrupted():
            return ["i", event.is_interrupted]
        case FollowupAction():
            return ["f", event.action_name]
    kept = {key: value for key, value in event.as_dict().items() if key not in ("timestamp", "metadata")}
    return ["e", kept]


def _unpacked(packed: list[Any]) -> Event:
    kind, value = packed[0], packed[1]
    match kind:
        case "a":
            return ActionExecuted(value)
        case "u":
            details = [
                {name: part for name, part in zip(_DETAIL, detail, strict=True) if part is not None}
                for detail in (packed[2] if len(packed) > 2 else ())
            ]
            return UserUttered("", {"name": value, "confidence": 1.0}, details)
        case "s":
            return SlotSet(value, packed[2])
        case "l":
            return ActiveLoop(value)
        case "r":
            return ActionExecutionRejected(value)
        case "i":
            return LoopInterrupted(value)
        case "f":
            return FollowupAction(value)
        case "e":
            event = Event.from_parameters(value)
            if event is not None:
                return event
    raise ValueError(f"unknown kind of event: {kind}")


class StagedTrackerStore(TrackerStore):
    """Holds a tracker for the time of one turn and writes nothing: the memory is kept by whoever runs the turn.

    Rasa's own stores save by themselves, outside the transaction of the turn, and its fail-safe wrapper answers a
    failed read with an empty conversation.
    """

    def __init__(self) -> None:
        super().__init__(None)
        self._staged: dict[str, DialogueStateTracker] = {}

    @contextmanager
    def turn(self, tracker: DialogueStateTracker) -> Iterator[None]:
        """Offer *tracker* to Rasa until the turn is over, however it ends.

        Raises RuntimeError: the conversation is in a turn already.
        """
        if tracker.sender_id in self._staged:
            raise RuntimeError(f"conversation {tracker.sender_id} is in a turn already")
        self._staged[tracker.sender_id] = tracker
        try:
            yield
        finally:
            del self._staged[tracker.sender_id]

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of the turn that is under way, or None outside of one."""
        return self._staged.get(sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Nothing: the tracker that Rasa changed is the one that was staged."""

    async def keys(self) -> list[str]:
        """Conversations in a turn right now."""
        return list(self._staged)
