"""Everyday names of countries and places: read in messages, and named with their remedy where a file is faulty."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.names import load, load_all
from bot.content.reading import ContentInvalid
from bot.core.ids import CountryCode

KNOWN = {"Sihanoukville": CountryCode("KH")}


def names_in(folder: Path, text: str) -> Path:
    file = folder / "vi.yml"
    file.write_text("language: vi\n" + text, encoding="utf-8")
    return file


def test_a_language_is_added_by_a_file_alone(tmp_path: Path) -> None:
    file = names_in(
        tmp_path,
        "countries: {TW: [đài, xứ đài]}\npeoples: {TW: [người đài]}\nplaces: {Sihanoukville: [sihanouk]}\n"
        "new_places: {Nghe An: {country: VN, forms: [nghệ an]}}\nambiguous: [đài]\n",
    )
    names = load(file, KNOWN)
    assert dict(map(reversed, names.all())) == {  # type: ignore[arg-type]
        "đài": "TW", "xứ đài": "TW", "người đài": "TW", "sihanouk": "KH", "nghệ an": "VN",
    }  # fmt: skip
    assert names.ambiguous == {"đài"}


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("places: {Atlantis: [atlantis]}", "places.Atlantis: is not in places.yml"),
        ("countries: {TWN: [đài]}", "countries.TWN: write the country as two capital letters"),
        ("countries: {NO: [na uy]}", "put the name in quotation marks"),
        ("countries: {TW: [886]}", "countries.TW: write each form as text"),
        ("peoples: {TW: người đài}", "peoples.TW: write a list here"),
        ("new_places: {Nghe An: {forms: [nghệ an]}}", "new_places.Nghe An.country: is missing"),
        ("country: {TW: [đài]}", "unknown field country"),
    ],
)
def test_a_faulty_file_is_refused_with_its_remedy(tmp_path: Path, text: str, remedy: str) -> None:
    with pytest.raises(ContentInvalid, match=remedy):
        load(names_in(tmp_path, text), KNOWN)


def test_all_files_can_be_read() -> None:
    load_all()
