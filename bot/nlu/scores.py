"""The figures of an evaluation, and how they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from bot.core.risk import Risk
from bot.core.taxonomy import DISCLOSURES, INDICATORS

if TYPE_CHECKING:
    from bot.nlu.evaluate import Outcome

ALL = "all"
_TWINS = frozenset(("id", "ms"))  # one language for the reader of either
_LONGER = 3  # words from which a language should be told
_BINS = 10  # equally wide, of confidence


@dataclass(frozen=True)
class Share:
    """How many of how many; ``value`` is None where nothing was measured."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None


@dataclass(frozen=True)
class Hits:
    """Counts of one indicator, or of all together."""

    right: int
    wrong: int  # said and not so
    missed: int

    @property
    def precision(self) -> float | None:
        return Share(self.right, self.right + self.wrong).value

    @property
    def recall(self) -> float | None:
        return Share(self.right, self.right + self.missed).value

    @property
    def f1(self) -> float | None:
        return Share(2 * self.right, 2 * self.right + self.wrong + self.missed).value


@dataclass(frozen=True)
class Summary:
    """The figures of one language, or of all."""

    messages: int
    language: Share
    language_longer: Share  # of three words or more
    language_twins: Share  # the same, Indonesian and Malay taken as one
    language_unsure: Share
    language_short_wrong: Share  # one or two words, taken for another language
    intent: Share
    intent_macro_f1: float | None
    intent_plain: Share  # neither romanised, nor without diacritics, nor mixed with another language
    intent_other: Mapping[str, Share]  # by the style of those that are
    calibration: float | None  # expected calibration error of the intents' confidence
    indicators: Mapping[str, Hits]
    indicators_together: Hits
    emergency: Share  # emergencies found to be
    urgent: Share  # high or emergency found to be high or emergency
    false_alarms: Share  # messages without indicator in which one was seen
    hard_negatives: Share  # the same, of those with alarming words
    out_of_scope: Share  # kept out
    out_of_scope_disclosed: Share  # taken for a disclosure
    countries: Share  # messages with exactly the right countries
    milliseconds: float

    def as_dict(self) -> dict[str, Any]:
        shares = {name: value.value for name, value in vars(self).items() if isinstance(value, Share)}
        return {
            "messages": self.messages,
            **{name: _rounded(value) for name, value in shares.items()},
            "intent_macro_f1": _rounded(self.intent_macro_f1),
            "intent_other": {name: _rounded(value.value) for name, value in self.intent_other.items()},
            "calibration": _rounded(self.calibration),
            "indicators_micro_f1": _rounded(self.indicators_together.f1),
            "indicators_together": _scores(self.indicators_together),
            "indicators": {name: _scores(hits) for name, hits in self.indicators.items()},
            "milliseconds": round(self.milliseconds, 3),
        }


@dataclass(frozen=True)
class Report:
    """Summaries by language, and under "all" of everything."""

    summaries: Mapping[str, Summary]

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "languages": {code: one.as_dict() for code, one in self.summaries.items() if code != ALL},
            ALL: self.summaries[ALL].as_dict(),
        }


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """The figures of some outcomes."""
    labelled = [one for one in outcomes if one.case.indicators is not None]
    by_name = {str(name): _hits(labelled, str(name)) for name in INDICATORS}
    found = Counter({key: sum(vars(hits)[key] for hits in by_name.values()) for key in ("right", "wrong", "missed")})
    with_intent = [one for one in outcomes if one.case.intent is not None]
    outside = [one for one in with_intent if one.case.intent == "out_of_scope"]
    longer = [one for one in outcomes if one.case.words >= _LONGER]
    short = [one for one in outcomes if one.case.words < _LONGER]
    alarming = [one for one in labelled if one.case.group == "hard_negative" and not one.case.indicators]
    styles = sorted({one.case.style for one in with_intent if one.case.style is not None})

    def understood(style: str | None) -> Share:
        return _share((one for one in with_intent if one.case.style == style), _intent_right)

    return Summary(
        messages=len(outcomes),
        language=_share(outcomes, lambda one: one.found.language.code == one.case.language),
        language_longer=_share(longer, lambda one: one.found.language.code == one.case.language),
        language_twins=_share(longer, lambda one: _twin(one.found.language.code) == _twin(one.case.language)),
        language_unsure=_share(outcomes, lambda one: one.found.language.code == "und"),
        language_short_wrong=_share(short, lambda one: one.found.language.code not in (one.case.language, "und")),
        intent=_share(with_intent, _intent_right),
        intent_macro_f1=_macro_f1(with_intent),
        intent_plain=understood(None),
        intent_other={style: understood(style) for style in styles},
        calibration=_calibration_error(with_intent),
        indicators=by_name,
        indicators_together=Hits(found["right"], found["wrong"], found["missed"]),
        emergency=_share(
            (one for one in outcomes if one.case.risk is Risk.EMERGENCY), lambda one: one.risk is Risk.EMERGENCY
        ),
        urgent=_share(
            (one for one in outcomes if one.case.risk is not None and one.case.risk >= Risk.HIGH),
            lambda one: one.risk >= Risk.HIGH,
        ),
        false_alarms=_share((one for one in labelled if not one.case.indicators), lambda one: bool(one.indicators)),
        hard_negatives=_share(alarming, lambda one: bool(one.indicators)),
        out_of_scope=_share(outside, lambda one: one.found.intent.name == "out_of_scope"),
        out_of_scope_disclosed=_share(outside, lambda one: one.found.intent.name in DISCLOSURES),
        countries=_share(
            (one for one in outcomes if one.case.countries is not None),
            lambda one: frozenset(e.value for e in one.found.entities if e.entity == "country") == one.case.countries,
        ),
        milliseconds=sum(one.milliseconds for one in outcomes) / max(len(outcomes), 1),
    )


_Column = tuple[str, Callable[[Summary], float | None]]

_MEANING: Sequence[_Column] = (
    ("intent", lambda one: one.intent.value),
    ("macro F1", lambda one: one.intent_macro_f1),
    ("sign P", lambda one: one.indicators_together.precision),
    ("sign R", lambda one: one.indicators_together.recall),
    ("sign F1", lambda one: one.indicators_together.f1),
    ("emer- gency", lambda one: one.emergency.value),
    ("high or more", lambda one: one.urgent.value),
    ("false alarm", lambda one: one.false_alarms.value),
    ("hard false", lambda one: one.hard_negatives.value),
    ("kept out", lambda one: one.out_of_scope.value),
)
_REST: Sequence[_Column] = (
    ("language", lambda one: one.language.value),
    ("3+ words", lambda one: one.language_longer.value),
    ("id as ms", lambda one: one.language_twins.value),
    ("unsure", lambda one: one.language_unsure.value),
    ("short wrong", lambda one: one.language_short_wrong.value),
    ("country", lambda one: one.countries.value),
    ("calibr. error", lambda one: one.calibration),
)


def show(report: Report, console: Console) -> None:
    """Print the report as tables that fit eighty columns."""
    meaning = _table("What messages mean, by language (percent)", ["", "n", *(name for name, _ in _MEANING)])
    for code, one in report.summaries.items():
        meaning.add_row(code, str(one.messages), *(_percent(read(one)) for _, read in _MEANING))
    console.print(meaning)
    rest = _table("Language, places, confidence (percent)", ["", *(name for name, _ in _REST), "ms"])
    for code, one in report.summaries.items():
        rest.add_row(code, *(_percent(read(one)) for _, read in _REST), f"{one.milliseconds:.2f}")
    console.print(rest)
    styles = _table("Intents by the way of writing (percent)", ["", "way", "n", "so", "plain"])
    for code, one in report.summaries.items():
        for name, share in one.intent_other.items():
            styles.add_row(code, name, str(share.of), _percent(share.value), _percent(one.intent_plain.value))
    if styles.rows:
        console.print(styles)
    codes = [code for code in report.summaries if code != ALL]
    signs = _table("Signs: precision, recall, F1 over all; F1 by language (percent)", ["", *"nPR", "F1", *codes])
    for name, hits in report.summaries[ALL].indicators.items():
        own = [_percent(value, 0) for value in (hits.precision, hits.recall, hits.f1)]
        cells = [_percent(report.summaries[code].indicators[name].f1, 0) for code in codes]
        signs.add_row(name, str(hits.right + hits.missed), *own, *cells)
    console.print(signs)


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, box=SIMPLE, padding=(0, 1, 0, 0), collapse_padding=True, pad_edge=False)
    for number, name in enumerate(columns):
        table.add_column(name, justify="right" if number else "left")
    return table


def show_confusions(outcomes: Iterable[Outcome], console: Console, most: int = 40) -> None:
    """Print the commonest wrong intents, and the indicators most often missed or made up, each with a message."""
    intents: Counter[tuple[str, str, str]] = Counter()
    indicators: Counter[tuple[str, str, str]] = Counter()
    examples: dict[tuple[str, str, str], str] = {}
    for one in outcomes:
        case, code = one.case, one.case.language
        if case.intent is not None and one.found.intent.name != case.intent:
            key = (code, case.intent, f"taken for {one.found.intent.name}")
            intents[key] += 1
            examples.setdefault(key, case.text)
        for name in sorted((case.indicators or frozenset()) ^ one.indicators if case.indicators is not None else ()):
            key = (code, name, "missed" if name in (case.indicators or ()) else "made up")
            indicators[key] += 1
            examples.setdefault(key, case.text)
    for counter in (intents, indicators):
        for key, count in counter.most_common(most):
            console.print(f"{count:4d}  {' '.join(key)}: {examples[key][:110]}", markup=False, highlight=False)


def _hits(outcomes: Sequence[Outcome], name: str) -> Hits:
    said = [(name in one.indicators, name in (one.case.indicators or ())) for one in outcomes]
    return Hits(
        sum(found and wanted for found, wanted in said),
        sum(found and not wanted for found, wanted in said),
        sum(wanted and not found for found, wanted in said),
    )


def _share(outcomes: Iterable[Outcome], right: Callable[[Outcome], bool]) -> Share:
    said = [right(one) for one in outcomes]
    return Share(sum(said), len(said))


def _intent_right(one: Outcome) -> bool:
    return one.found.intent.name == one.case.intent


def _calibration_error(outcomes: Sequence[Outcome]) -> float | None:
    """How far confidence is from the share of right answers: the mean over bins of confidence, by their size."""
    if not outcomes:
        return None
    bins: dict[int, list[tuple[float, bool]]] = {}
    for one in outcomes:
        sure = one.found.intent.confidence
        bins.setdefault(min(int(sure * _BINS), _BINS - 1), []).append((sure, _intent_right(one)))
    gaps = (abs(sum(sure for sure, _ in some) - sum(right for _, right in some)) for some in bins.values())
    return sum(gaps) / len(outcomes)


def _macro_f1(outcomes: Sequence[Outcome]) -> float | None:
    names = {one.case.intent for one in outcomes}
    if not names:
        return None
    values = []
    for name in names:
        right = sum(one.case.intent == name == one.found.intent.name for one in outcomes)
        total = sum((one.case.intent == name) + (one.found.intent.name == name) for one in outcomes)
        values.append(2 * right / total)
    return sum(values) / len(values)


def _twin(code: str) -> str:
    return "id" if code in _TWINS else code


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _scores(hits: Hits) -> dict[str, Any]:
    scores = {"precision": hits.precision, "recall": hits.recall, "f1": hits.f1}
    return asdict(hits) | {name: _rounded(value) for name, value in scores.items()}


def _percent(value: float | None, digits: int = 1) -> str:
    return "-" if value is None else f"{value * 100:.{digits}f}"
