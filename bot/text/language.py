"""Which language a message is written in.

A script that only one of our languages uses decides at once. Latin letters are told apart by a model of our own,
trained on how people write to a hotline (with romanised Burmese, Thai, Khmer, Lao and Tamil as classes of their own),
averaged with lingua where lingua knows the language. A language that is not ours is named by langdetect. Measured
against the alternatives in ``bot/docs/understanding.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import regex
from langdetect import DetectorFactory, LangDetectException, detect_langs
from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from bot.core.taxonomy import LANGUAGES, Language
from bot.core.understanding import LanguageGuess
from bot.text.folding import bare
from bot.text.normalise import normalise
from bot.text.script import LATIN, code_points, count_letters, main_script

UNSURE = Language("und")

_WORDS = regex.compile(r"[\p{L}\p{M}']+")
_LONGEST = 5  # letters in a piece of a word
_MOST = 400  # characters read: more changes nothing
_SURE = 0.6  # below this, one or two words are "und"
_SURE_LONG = 0.4
_KNOWN_ENOUGH = 0.5  # share of the longer pieces that the model must know
_OTHERS_FROM_WORDS = 4
_OTHER_SURE = 0.9

#: Languages so close that they are one for the question "is this sure?".
_TWINS = frozenset((Language("id"), Language("ms")))

#: Script -> the only one of our languages that is written in it.
OWN_SCRIPT: dict[str, Language] = {
    script: code for code, name in LANGUAGES.items() if (script := main_script(name)) and script != LATIN
}
_ONE_LANGUAGE_SCRIPTS = {"Kana": "ja", "Hang": "ko", "Grek": "el", "Hebr": "he", "Geor": "ka", "Armn": "hy",
                         "Guru": "pa", "Gujr": "gu", "Orya": "or", "Telu": "te", "Knda": "kn", "Mlym": "ml",
                         "Sinh": "si", "Tibt": "bo", "Ethi": "am"}  # fmt: skip
# letters of the Myanmar block that Burmese does not use
_MINORITY_LETTERS = (
    ("shn", regex.compile("[\u1022\u1035\u1062\u1067\u1068\u1075-\u108d\uaa60-\uaa7f]")),
    ("ksw", regex.compile("[\u1060\u1061\u1063-\u1064]")),
    ("mnw", regex.compile("[\u1028\u1033\u1034\u105a-\u105d]")),
)


@dataclass(frozen=True)
class LatinModel:
    """Pieces of words with their log-probability in each class; a class is a language."""

    classes: tuple[str, ...]
    keys: np.ndarray  # uint32, sorted
    chances: np.ndarray  # float16, pieces x classes

    @classmethod
    def fit(cls, samples: Iterable[tuple[str, str]], most: int = 60_000) -> LatinModel:
        """Learn from (text, language) pairs; text without Latin letters is passed over.

        Text with accents is learnt without them too, as it is often typed.
        """
        texts: dict[str, list[str]] = {}
        for text, language in samples:
            matching = normalise(text).matching
            if main_script(matching) == LATIN:
                forms = texts.setdefault(language, [])
                forms.append(matching)
                if (stripped := bare(matching)) != matching:
                    forms.append(stripped)
        classes = tuple(sorted(language for language, forms in texts.items() if len(forms) >= _FEWEST))
        counts: Counter[int] = Counter()
        by_class: list[Counter[int]] = []
        for language in classes:
            seen: Counter[int] = Counter()
            for form in texts[language]:
                seen.update(np.unique(_pieces(form)[0]).tolist())
            by_class.append(seen)
            counts.update(seen)
        kept = np.array(sorted(key for key, count in counts.most_common(most) if count > 1), dtype=np.uint32)
        table = np.array([[seen[key] for seen in by_class] for key in kept.tolist()], dtype=np.float64)
        table = table.reshape(len(kept), len(classes)) + 0.1
        table = np.log(table / table.sum(axis=0)) if len(kept) else table
        return cls(classes, kept, (table - table.mean(axis=1, keepdims=True)).astype(np.float16))

    def read(self, matching: str) -> tuple[dict[str, float], float]:
        """Probability of each class, and the share of the longer pieces that are known."""
        keys, lengths = _pieces(matching)
        if not len(keys) or not len(self.keys):
            return {}, 0.0
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        known = self.keys[places] == keys
        long = lengths >= _LONGEST - 1
        coverage = float(known[long].mean()) if long.any() else float(known.mean())
        scores = self.chances[places[known]].astype(np.float32).sum(axis=0)
        # pieces of one word repeat each other's evidence: the sum is far too sure of itself
        scores = scores * _SOBER
        chances = np.exp(scores - scores.max())
        return dict(zip(self.classes, (chances / chances.sum()).tolist(), strict=True)), coverage

    def save(self, file: Path) -> None:
        np.savez_compressed(file, classes=np.array(self.classes), keys=self.keys, chances=self.chances)

    @classmethod
    def load(cls, file: Path) -> LatinModel:
        with np.load(file, allow_pickle=False) as content:
            return cls(tuple(content["classes"].tolist()), content["keys"], content["chances"])


_FEWEST = 20  # texts that make a class
_SOBER = 0.3


class LanguageReader:
    """Names the language of single messages. What a conversation adds up to is not decided here."""

    def __init__(self, model: LatinModel) -> None:
        self._model = model
        _lingua()
        DetectorFactory.seed = 0  # the same text, the same answer
        _named_other("its profiles are read now rather than during the first message")

    def read(self, matching: str) -> LanguageGuess:
        """The language of a message in its matching form; ``und`` when one cannot tell, never an exception."""
        text = matching[:_MOST]
        script = main_script(text)
        if script is None:
            return LanguageGuess(UNSURE, 0.0)
        if script == LATIN:
            return self._latin(text)
        if script == "Mymr":
            return LanguageGuess(_burmese_or_neighbour(text), 0.98)
        if script == "Hani" and "Kana" in count_letters(text):
            return LanguageGuess(Language("ja"), 0.9)
        if script in OWN_SCRIPT:
            return LanguageGuess(OWN_SCRIPT[script], 0.99)
        if script in _ONE_LANGUAGE_SCRIPTS:
            return LanguageGuess(Language(_ONE_LANGUAGE_SCRIPTS[script]), 0.95)
        return _named_other(text) or LanguageGuess(UNSURE, 0.0)

    def _latin(self, text: str) -> LanguageGuess:
        own, coverage = self._model.read(text)
        words = len(_WORDS.findall(text))
        chances = _averaged(own, text)
        if not chances:
            return LanguageGuess(UNSURE, 0.0)
        best = max(chances, key=chances.__getitem__)
        confidence = chances[best]
        sure = sum(chances.get(twin, 0.0) for twin in _TWINS) if best in _TWINS else confidence
        if words >= _OTHERS_FROM_WORDS and coverage < _KNOWN_ENOUGH:
            other = _named_other(text)
            if other is not None:
                return other
        if sure < (_SURE if words < 3 else _SURE_LONG) or (words < 3 and coverage < _KNOWN_ENOUGH / 2):
            return LanguageGuess(UNSURE, round(confidence, 6))
        return LanguageGuess(Language(best), round(confidence, 6))  # lingua's last digits vary from run to run


def _averaged(own: dict[str, float], text: str) -> dict[str, float]:
    """The mean of both opinions; what lingua does not know (romanised scripts) keeps our own."""
    theirs = {
        _LINGUA_NAMES[found.language]: found.value for found in _lingua().compute_language_confidence_values(text)
    }
    if not own or not any(theirs.values()):
        return own or theirs
    shared = sum(own.get(language, 0.0) for language in theirs)
    together = dict(own)
    for language, chance in theirs.items():
        together[language] = (own[language] + chance * shared) / 2 if language in own else chance
    total = sum(together.values())
    return {language: chance / total for language, chance in together.items()}


def _named_other(text: str) -> LanguageGuess | None:
    """A language that is not ours, when langdetect is sure of it."""
    try:
        found = detect_langs(text)
    except LangDetectException:  # nothing in it to judge by
        return None
    if not found or found[0].prob < _OTHER_SURE:
        return None
    code = {"tl": "fil", "zh-cn": "zh", "zh-tw": "zh"}.get(found[0].lang, found[0].lang)
    return None if code in LANGUAGES else LanguageGuess(Language(code), float(found[0].prob))


def _burmese_or_neighbour(text: str) -> Language:
    letters = count_letters(text)["Mymr"]
    for code, pattern in _MINORITY_LETTERS:
        if len(pattern.findall(text)) > letters / 10:
            return Language(code)
    return OWN_SCRIPT["Mymr"]


_LINGUA_NAMES = {
    LinguaLanguage.ENGLISH: "en",
    LinguaLanguage.INDONESIAN: "id",
    LinguaLanguage.MALAY: "ms",
    LinguaLanguage.TAGALOG: "fil",
    LinguaLanguage.VIETNAMESE: "vi",
}


@cache
def _lingua() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*_LINGUA_NAMES).with_preloaded_language_models().build()


def _pieces(matching: str) -> tuple[np.ndarray, np.ndarray]:
    """Keys and lengths of the pieces (1 to 5 letters) of all words, with their edges."""
    codes = code_points(" " + "  ".join(_WORDS.findall(matching[:_MOST])) + " ").astype(np.uint64)
    keys, lengths = [], []
    rolling = np.zeros(len(codes) + 1, dtype=np.uint64)
    word_of = np.concatenate(([0], np.cumsum((codes[:-1] == 32) & (codes[1:] == 32))))
    for length in range(1, _LONGEST + 1):
        rolling = rolling[:-1] * np.uint64(0x100000001B3) + codes[length - 1 :]
        inside = word_of[length - 1 :] == word_of[: len(rolling)]  # not across two words
        mixed = (rolling[inside] + np.uint64(length)) * np.uint64(0x9E3779B97F4A7C15)
        keys.append((mixed >> np.uint64(32)).astype(np.uint32))
        lengths.append(np.full(int(inside.sum()), length))
    return np.concatenate(keys), np.concatenate(lengths)
