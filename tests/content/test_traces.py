"""What is sent by SMS stays on a phone: no word says what the service is for before the person does."""

from __future__ import annotations

import pytest

from bot.content.library import Library
from bot.core.message import Saying
from bot.core.taxonomy import LANGUAGES, QUESTIONS, Language

#: Words that tell whoever holds the phone that somebody is being helped out of something.
TELLING: dict[str, tuple[str, ...]] = {
    "en": ("traffick", "victim", "exploit", "slave", "smuggl", "rescue"),
    "id": ("perdagangan orang", "perdagangan manusia", "korban", "eksploitasi", "budak", "penyelamatan"),
    "ms": ("pemerdagangan", "mangsa", "eksploitasi", "hamba abdi", "menyelamat"),
    "fil": ("traffick", "biktima", "pagsasamantala", "alipin"),
    "vi": ("buôn người", "mua bán người", "buôn bán người", "nạn nhân", "bóc lột", "nô lệ"),
    "th": ("ค้ามนุษย์", "เหยื่อ", "แสวงหาประโยชน์", "ทาส"),
    "my": ("လူကုန်ကူး", "သားကောင်", "ကျွန်ပြု"),
    "km": ("ជួញដូរ", "ជនរងគ្រោះ", "ទាសករ"),
    "lo": ("ຄ້າມະນຸດ", "ເຄາະຮ້າຍ", "ທາດ"),
    "zh": ("贩卖", "贩运", "拐卖", "人口买卖", "受害", "奴隶"),
    "ta": ("ஆள்கடத்தல்", "கடத்தல்", "பாதிக்கப்பட்ட", "அடிமை"),
}
#: Only to somebody who asked about it in this very word.
_ASKED_FOR = "ask_trafficking"
_FIRST = (
    "greet", "first_word", "safety_check", "human_asked", "human_unavailable", "message_not_text", "too_many_messages",
    "unsafe", "unsafe_still", "emergency", "emergency_quiet", "self_harm", "disclosure_held", "disclosure_other",
    "disclosure_self", "disclosure_suspect", "erase_confirm", "erase_done", "stop_done", "start_done",
    "operator_joined",
)  # fmt: skip


def telling(text: str, language: str) -> list[str]:
    """The telling words of *language*, and the English ones, that stand in *text*."""
    lowered = text.lower()
    return [word for word in {*TELLING[language], *TELLING["en"]} if word in lowered]


def said_by_sms(library: Library, saying: Saying, language: Language) -> str:
    reply = library.word(saying, language, "sms")
    return "\n".join([reply.text, *(button.title for button in reply.buttons)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_first_reply_by_sms_tells_what_the_service_is_for(library: Library, language: Language) -> None:
    answers = [{"topic": topic} for topic in QUESTIONS if topic != _ASKED_FOR]
    for country in (None, *library.countries.names):
        place = {"country": country}
        sayings = [*(Saying(key, place) for key in _FIRST), *(Saying("answer", one | place) for one in answers)]
        for saying in sayings:
            text = said_by_sms(library, saying, language)
            assert text.strip()
            assert telling(text, language) == [], (saying, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_about_it_is_answered_in_their_own_word(library: Library, language: Language) -> None:
    """So the list above does find what it looks for."""
    assert telling(said_by_sms(library, Saying("answer", {"topic": _ASKED_FOR, "country": "TH"}), language), language)
