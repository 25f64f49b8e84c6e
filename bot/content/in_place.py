"""Changing single values of a YAML file that people keep by hand: all else stays as they wrote it, comments too."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Characters that JSON leaves as they are and YAML does not take, or takes for the end of a line.
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


def _load(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, the C one where there is one


class NotInPlace(Exception):
    """The file is written in a form that cannot be changed safely; nothing was changed."""


def quoted(text: str) -> str:
    """*text* in double quotes, as YAML reads it.

    >>> quoted('say "hello"')
    '"say \\\\"hello\\\\""'
    """
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


class InPlace:
    """The text of one file whose top is a mapping, and the changes to be made in it.

    Values are given as YAML. Entries that stand at the same place keep the order in which they were added.
    """

    def __init__(self, source: str) -> None:
        """Raises NotInPlace: no mapping."""
        self._source = source
        self._end_of_line = "\r\n" if "\r\n" in source else "\n"
        top = yaml.compose(source, Loader=_Loader)
        if not isinstance(top, yaml.MappingNode):
            raise NotInPlace("the file is no mapping; write entries as name: value")
        self._top = top
        self._wanted = _load(source)
        self._edits: list[tuple[int, int, str]] = []

    def put(self, path: Sequence[str], field: str, value: str) -> None:
        """Set *field* of the mapping at *path*, in its place, or behind the other fields where it is new."""
        mapping = self._mapping(path)
        self._wanted_at(path)[_load(field)] = _load(value)
        old = next((node for key, node in mapping.value if key.value == field), None)
        last_key, last = mapping.value[-1]
        if old is not None:
            self._edits.append((old.start_mark.index, self._tail(old), value))
        elif mapping.flow_style:
            self._insert(self._tail(last), f", {field}: {value}")
        else:
            indent = " " * last_key.start_mark.column
            self._insert(self._line_end(self._tail(last)), f"{self._end_of_line}{indent}{field}: {value}")

    def drop(self, path: Sequence[str], field: str) -> None:
        """Take *field* out of the mapping at *path*; nothing happens where it is not. It may not be the only one."""
        mapping = self._mapping(path)
        place = next((place for place, (key, _) in enumerate(mapping.value) if key.value == field), None)
        if place is None:
            return
        del self._wanted_at(path)[_load(field)]
        key, value = mapping.value[place]
        if not mapping.flow_style:
            start = self._line_end(self._source.rfind("\n", 0, key.start_mark.index))
            end = self._line_end(self._tail(value))
        elif place:
            start, end = self._tail(mapping.value[place - 1][1]), self._tail(value)
        else:
            start, end = key.start_mark.index, mapping.value[1][0].start_mark.index
        self._edits.append((start, end, ""))

    def add(self, key: str, fields: Mapping[str, str], after: Sequence[str]) -> None:
        """A new entry at the top, behind the last one there is of *after*, or else behind the first of all."""
        present = {name.value: value for name, value in self._top.value}
        before = next((present[name] for name in reversed(after) if name in present), self._top.value[0][1])
        lines = [f"{key}:", *(f"  {field}: {value}" for field, value in fields.items())]
        self._insert(self._line_end(self._tail(before)), "".join(f"{self._end_of_line}{line}" for line in lines))
        self._wanted[key] = {field: _load(value) for field, value in fields.items()}

    def text(self) -> str:
        """The file with all changes. Raises NotInPlace: read again it would not say just what was asked for."""
        parts, at = [], 0
        for start, end, new in sorted(self._edits, key=lambda edit: edit[:2]):
            parts += [self._source[at:start], new]
            at = end
        text = "".join([*parts, self._source[at:]])
        try:
            right = _load(text) == self._wanted
        except yaml.YAMLError:
            right = False
        if not right:
            raise NotInPlace("its form is too unusual to be changed by a program; write each text in quotation marks")
        return text

    def _mapping(self, path: Sequence[str]) -> Any:
        node: Any = self._top
        for step in path:
            node = next(value for key, value in node.value if key.value == step)
        return node

    def _wanted_at(self, path: Sequence[str]) -> Any:
        value = self._wanted
        for step in path:
            value = value[_load(step)]
        return value

    def _insert(self, index: int, text: str) -> None:
        self._edits.append((index, index, text))

    def _tail(self, node: Any) -> int:
        """Where the last character of *node* ends. PyYAML counts what follows a block to the block."""
        while not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
            last = node.value[-1]
            node = last[1] if isinstance(last, tuple) else last
        end: int = node.end_mark.index
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return len(self._source[:end].rstrip())
        return end

    def _line_end(self, index: int) -> int:
        end = self._source.find("\n", index)
        if end < 0:
            return len(self._source)
        return end - self._source.startswith("\r", max(end - 1, 0))
