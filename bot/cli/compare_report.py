"""How a comparison is shown: rows for the terminal, a page for the documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.taxonomy import LANGUAGES
from bot.nlu.evaluate import Case
from bot.nlu.scores import ALL, Report


@dataclass(frozen=True)
class Compared:
    """What each was right about, message by message."""

    cases: Sequence[Case]
    report: Report
    intents: Mapping[str, Sequence[bool]]  # by the name of who answered
    languages: Mapping[str, Sequence[bool]]
    signs: Mapping[str, Sequence[frozenset[str]]]
    spellings: Mapping[str, Mapping[str, tuple[int, int, int]]]  # language -> spelling -> right as is, right so, of


def _codes(compared: Compared) -> list[str]:
    return [*(code for code in LANGUAGES if code in compared.report.summaries), ALL]


def _share(compared: Compared, right: Sequence[bool], code: str) -> float:
    own = [one for one, case in zip(right, compared.cases, strict=True) if code in (ALL, case.language)]
    return sum(own) / len(own)


def _f1(compared: Compared, found: Sequence[frozenset[str]], code: str) -> float:
    right = said = wanted = 0
    for one, case in zip(found, compared.cases, strict=True):
        if case.indicators is not None and code in (ALL, case.language):
            right, said, wanted = right + len(one & case.indicators), said + len(one), wanted + len(case.indicators)
    return 2 * right / max(1, said + wanted)


def shares(compared: Compared) -> dict[str, dict[str, float]]:
    """Share of right intents: who -> language."""
    return {
        who: {code: _share(compared, right, code) for code in _codes(compared)}
        for who, right in compared.intents.items()
    }


def rows(compared: Compared) -> list[list[str]]:
    rows = [["", *_codes(compared)]]
    for who, right in compared.intents.items():
        rows.append([f"intent, {who}", *(_percent(_share(compared, right, code)) for code in _codes(compared))])
    for who, found in compared.signs.items():
        rows.append([f"indicators F1, {who}", *(_percent(_f1(compared, found, code)) for code in _codes(compared))])
    for who, right in compared.languages.items():
        rows.append([f"language, {who}", *(_percent(_share(compared, right, code)) for code in _codes(compared))])
    return rows


def spelling_lines(compared: Compared) -> list[str]:
    return [
        f"{code}, {name}: intent {_percent(after / of)} instead of {_percent(before / of)} ({of} messages)"
        for code, spellings in compared.spellings.items()
        for name, (before, after, of) in spellings.items()
    ]


def page(compared: Compared, rows: Sequence[Sequence[str]], epochs: int, most: int) -> str:
    diet = (
        f"Rasa's default pipeline learnt from {most} of them,\n{epochs} epochs: an epoch over all takes it a quarter of"
        " an hour and more, so its row says how little that is, not what it\ncould reach."
        if epochs
        else "Rasa's pipeline was left out."
    )
    lines = [
        "# Understanding, compared",
        "",
        "Written by `make compare`. Percent, on the messages in `tests/understanding`; the others learn from all the",
        f"messages in `nlu_data`. {diet} langdetect knows no Burmese, Khmer, Lao or Malay.",
        "",
        "![Intents right, by language](images/understanding.svg)",
        "",
        *_markdown(rows),
        "",
        "## By language",
        "",
        *_markdown(_summary_rows(compared.report)),
        "",
        "## Indicators: F1 by language",
        "",
        *_markdown(_indicator_rows(compared.report)),
        "",
        "## Typed otherwise",
        "",
        "The same messages, changed by code: intents right as written, and as changed.",
        "",
        *_markdown(
            [
                ["language", "typed", "as written", "so", "messages"],
                *(
                    [code, name, _percent(before / of), _percent(after / of), str(of)]
                    for code, spellings in compared.spellings.items()
                    for name, (before, after, of) in spellings.items()
                ),
            ]
        ),
        "",
        "Messages that their authors wrote romanised, without diacritics or mixed with another language:",
        "",
        *_markdown(
            [
                ["language", "style", "plain", "so", "messages"],
                *(
                    [code, style, _percent(one.intent_plain.value), _percent(share.value), str(share.of)]
                    for code, one in compared.report.summaries.items()
                    for style, share in one.intent_other.items()
                ),
            ]
        ),
    ]
    return "\n".join(lines) + "\n"


def _summary_rows(report: Report) -> list[list[str]]:
    rows = [
        ["", "messages", "intent", "macro F1", "indicators P", "R", "F1", "emergencies", "high or more", "false alarms",
         "alarms on hard negatives", "kept out of scope", "out of scope taken for disclosure", "language (3+ words)",
         "id and ms as one", "short taken for another", "countries", "calibration error", "ms"]
    ]  # fmt: skip
    for code, one in report.summaries.items():
        together = one.indicators_together
        values = (
            one.intent.value, one.intent_macro_f1, together.precision, together.recall, together.f1,
            one.emergency.value, one.urgent.value, one.false_alarms.value, one.hard_negatives.value,
            one.out_of_scope.value, one.out_of_scope_disclosed.value, one.language_longer.value,
            one.language_twins.value, one.language_short_wrong.value, one.countries.value, one.calibration,
        )  # fmt: skip
        rows.append([code, str(one.messages), *map(_percent, values), f"{one.milliseconds:.2f}"])
    return rows


def _indicator_rows(report: Report) -> list[list[str]]:
    rows = [["", "seen", *report.summaries]]
    for name, hits in report.summaries[ALL].indicators.items():
        own = [_percent(one.indicators[name].f1) for one in report.summaries.values()]
        rows.append([name, str(hits.right + hits.missed), *own])
    return rows


def _markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *rest = rows
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return lines + ["| " + " | ".join(row) + " |" for row in rest]


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"
