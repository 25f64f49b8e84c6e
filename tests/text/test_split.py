"""Long replies are cut where a reader of the script would accept it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.taxonomy import LANGUAGES
from bot.text.split import graphemes, split, utf16_length

WRITTEN = st.one_of(st.characters(), st.sampled_from(["ကျေး", "ที่", "ស្ត្រី", "நீ", "👨‍👩‍👧", " ", ". ", "ກຳ"]))
TEXT = st.lists(WRITTEN, max_size=60).map("".join)


@given(TEXT, st.integers(min_value=40, max_value=200))
@settings(max_examples=300)
def test_parts_join_back_fit_and_break_no_written_character(text: str, limit: int) -> None:
    if any(utf16_length(grapheme) > limit for grapheme in graphemes(text)):
        with pytest.raises(ValueError, match="one written character"):
            split(text, limit)
        return
    parts = split(text, limit)
    assert "".join(parts) == text
    assert all(part and utf16_length(part) <= limit for part in parts)
    assert [grapheme for part in parts for grapheme in graphemes(part)] == graphemes(text)


@pytest.mark.parametrize("name", LANGUAGES.values())
def test_every_language_is_cut_between_its_letters(name: str) -> None:
    assert all(graphemes(part) for part in split(name * 50, 40))


def test_a_cut_prefers_the_end_of_a_sentence_or_a_word() -> None:
    assert split("Stay calm. Call one nine one now", 16) == ["Stay calm. Call ", "one nine one now"]


def test_an_emoji_of_two_units_counts_as_two() -> None:
    assert split("🙏🙏🙏", 4) == ["🙏🙏", "🙏"]
