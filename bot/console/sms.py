"""What an SMS costs, as the desk's pages get it: they count while an operator writes."""

from __future__ import annotations

from babel.numbers import get_currency_precision
from pydantic import BaseModel

from bot.content.sms import BASIC, EXTENDED, PLAIN, Price


class SmsView(BaseModel):
    """How texts are counted (see :mod:`bot.content.sms`), and the price of a segment where the hotline set one.

    *basic* and *extended*: letters of the 7-bit alphabet. *plain*: marks that are sent plainly where that saves one.
    *decimals*: how many a sum of this currency has at least; two where nobody knows the currency.
    """

    basic: str
    extended: str
    plain: dict[str, str]
    price: float | None
    currency: str | None
    decimals: int | None


def show_sms(price: Price | None) -> SmsView:
    return SmsView(
        basic=BASIC,
        extended=EXTENDED,
        plain=PLAIN,
        price=float(price.amount) if price else None,
        currency=price.currency if price else None,
        decimals=get_currency_precision(price.currency) if price else None,
    )
