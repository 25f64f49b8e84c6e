"""What leads to somebody is found in every script and way of writing, and nothing else is taken away."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.private import DOT, digits_of, hide, hide_all, private_spans

COUNTRIES = ("MM", "TH", "KH", "LA", "VN", "MY", "SG", "ID", "PH", "BN", "CN", "HK", "TW", "JP", "KR", "AE", "SA", "IN")
FORMATS = (
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
    phonenumbers.PhoneNumberFormat.RFC3966,
)
ZEROS = "0๐໐០၀௦０٠०"  # Latin, Thai, Lao, Khmer, Burmese, Tamil, full width, Arabic, Devanagari


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("zero", ZEROS)
def test_every_way_to_write_a_number_of_every_country_is_hidden(country: str, zero: str) -> None:
    for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
        number = phonenumbers.example_number_for_type(country, kind)
        assert number is not None
        for form in FORMATS:
            written = phonenumbers.format_number(number, form)
            text = "".join(chr(ord(zero) + int(letter)) if letter.isdigit() else letter for letter in written)
            seen = digits_of(hide(f"call {text} now"))
            assert len(seen) <= 2 + len(str(number.country_code)), (written, hide(text))


@pytest.mark.parametrize(
    "text",
    [
        "09 123 456 789",
        "O9 123 456 78",
        "ဝ၉၁၂၃၄၅၆၇",
        "0️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣",
        "012.345.678",
        "0 1 2 3 4 5 6 7 8",
        "081-234\n5678",
        "wa.me/66812345678",
        "4111 1111 1111 1111",
        "MA123456",
        "P1234567A",
        "12/KaMaYa(N)123456",
        "၁၂/ကမရ(နိုင်)၁၂၃၄၅၆",
        "1-2345-67890-12-3",
        "aye.aye@example.com",
        "อีเมลaye@example.com",
    ],
)
def test_numbers_of_papers_cards_and_telephones_and_mail_addresses_are_hidden(text: str) -> None:
    assert private_spans(f"so {text} ok"), text
    assert text not in hide(f"so {text} ok")


@pytest.mark.parametrize(
    "text",
    [
        "I am 19, in room 12, with 3 people",
        "on 2024-01-15 or 15/01/2024",
        "they pay 5000000 and owe 1,000,000 or 5.000.000 or 3 000 000",
        "call 1300 or 191",
        "from 8 to 23, 7 days",
    ],
)
def test_ages_dates_amounts_and_short_numbers_stay(text: str) -> None:
    assert hide(text) == text


def test_a_hotline_that_everybody_may_know_stays() -> None:
    assert hide("call +66 2 026 9999", {"6620269999"}) == "call +66 2 026 9999"
    assert hide("call +66 2 026 9990", {"6620269999"}) != "call +66 2 026 9990"


def test_country_and_last_digits_stay_so_that_two_can_be_told_apart() -> None:
    assert hide("+66 81 234 5612") == "+66 •• ••• ••12"
    assert hide_all("ask Aye") == f"{DOT * 3} {DOT * 3}"


@given(st.text())
def test_what_is_hidden_is_as_long_as_before_so_that_evidence_stays_in_its_place(text: str) -> None:
    assert len(hide(text)) == len(hide_all(text)) == len(text)
