"""Changes in files that people keep by hand: only what changes moves, whatever form it is written in."""

from __future__ import annotations

import pytest
import yaml

from bot.content.in_place import InPlace, NotInPlace, quoted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: {text: one}", 'a: {text: "new", reviewed: {by: me}}'),
        ("a: {text: 'it''s', }  # why", 'a: {text: "new", reviewed: {by: me}, }  # why'),
        ("a:\n  text: one\n\n# b follows\nb: 1", 'a:\n  text: "new"\n  reviewed: {by: me}\n\n# b follows\nb: 1'),
        ("a:\n  text: |\n    one\n    two\n# b\nb: 1", 'a:\n  text: "new"\n  reviewed: {by: me}\n# b\nb: 1'),
        ("a:\n    text: >-\n      one\n      two\n", 'a:\n    text: "new"\n    reviewed: {by: me}\n'),
        ("a:\n  reviewed:\n    by: you\n  text: one", 'a:\n  reviewed:\n    {by: me}\n  text: "new"'),
    ],
)
def test_a_value_is_changed_where_it_stands_whatever_form_it_has(before: str, after: str) -> None:
    file = InPlace(before)
    file.put(("a",), "text", quoted("new"))
    file.put(("a",), "reviewed", "{by: me}")
    assert file.text() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: {text: one, reviewed: {by: me}}", "a: {text: one}"),
        ("a: {reviewed: {by: me}, text: one}", "a: {text: one}"),
        ("a:\n  text: one\n  reviewed:\n    by: me  # them\n# b\nb: 1", "a:\n  text: one\n# b\nb: 1"),
        ("a: {text: one}", "a: {text: one}"),
    ],
)
def test_a_review_is_taken_out_and_nothing_with_it(before: str, after: str) -> None:
    file = InPlace(before)
    file.drop(("a",), "reviewed")
    assert file.text() == after


def test_a_form_that_cannot_be_changed_safely_is_left_alone() -> None:
    file = InPlace("a: {text: &same one}\nb: {text: *same}\n")
    file.put(("b",), "text", quoted("new"))
    with pytest.raises(NotInPlace, match="write each text in quotation marks"):
        file.text()


@pytest.mark.parametrize(
    "text", ['"', "\\", "a\nb", "a: b # c", "\u2028\x85\ufeff", "မင်္ဂလာ\u200bပါ", "😀", " {x} ", "yes"]
)
def test_any_text_is_read_again_as_it_was_quoted(text: str) -> None:
    assert yaml.safe_load(quoted(text)) == text
