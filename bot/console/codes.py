"""The second step of a sign-in: codes from an app (TOTP, RFC 6238) and recovery codes for whoever lost it."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import unicodedata
from dataclasses import dataclass

import pyotp
import segno

from bot.services.ports import Clock, Run
from bot.store.operators import Operator
from bot.store.second_step import SecondSteps

STEP = 30  # seconds that a code is good for; apps expect this, six digits and SHA-1
WINDOW = 1  # steps before and after the present one: clocks of telephones differ
RECOVERY_CODES = 10
_HALF = 5
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none looks like another; ten of them hold 49 bits


class WrongCode(Exception):
    """The code is not right, is too old, or was used before."""


@dataclass(frozen=True)
class Offer:
    """A new secret: typed in *groups*, or scanned from *qr*, an image as a ``data:`` address."""

    groups: tuple[str, ...]
    qr: str


class Codes:
    """Checks codes, each of which works once, and sets new secrets up."""

    def __init__(self, store: SecondSteps, run: Run, clock: Clock) -> None:
        self._store, self._run, self._clock = store, run, clock
        self._one_at_a_time = asyncio.Lock()

    async def are_set(self, operator: Operator) -> bool:
        """Whether *operator* has a second step."""
        return await self._run(self._store.get, operator.id) is not None

    async def check(self, operator: Operator, code: str) -> int | None:
        """Use a code up. Returns how many recovery codes are left when it was one of them, else None.

        Raises WrongCode.
        """
        plain = _plain(code)
        if not plain.isdecimal():
            if await self._run(self._store.use_recovery_code, operator.id, plain, self._clock()):
                return await self._run(self._store.recovery_codes_left, operator.id)
            raise WrongCode
        async with self._one_at_a_time:
            kept = await self._run(self._store.get, operator.id)
            step = self._step_of(kept.secret, plain) if kept is not None else None
            if step is None or not await self._run(self._store.use, operator.id, step):
                raise WrongCode
        return None

    async def offer(self, operator: Operator, issuer: str) -> Offer:
        """Make a new secret; what is in force stays so until a code confirms the new one."""
        secret = pyotp.random_base32()
        await self._run(self._store.offer, operator.id, secret)
        address = pyotp.TOTP(secret).provisioning_uri(name=operator.name, issuer_name=issuer)
        qr = segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff")
        return Offer(tuple(secret[at : at + 4] for at in range(0, len(secret), 4)), qr)

    async def confirm(self, operator: Operator, code: str) -> list[str]:
        """Put the offered secret in force. Returns recovery codes, which are shown this once. Raises WrongCode."""
        offered = await self._run(self._store.offered, operator.id)
        step = self._step_of(offered, _plain(code)) if offered is not None else None
        if step is None:
            raise WrongCode
        await self._run(self._store.confirm, operator.id, step)
        return await self.new_recovery_codes(operator)

    async def new_recovery_codes(self, operator: Operator) -> list[str]:
        """Codes in place of all earlier ones."""
        codes = ["".join(secrets.choice(_LETTERS) for _ in range(2 * _HALF)) for _ in range(RECOVERY_CODES)]
        await self._run(self._store.set_recovery_codes, operator.id, codes)
        return [f"{code[:_HALF]}-{code[_HALF:]}" for code in codes]

    async def recovery_codes_left(self, operator: Operator) -> int:
        return await self._run(self._store.recovery_codes_left, operator.id)

    async def reset(self, operator: Operator) -> None:
        """Forget it: for whoever lost the app and the recovery codes."""
        await self._run(self._store.reset, operator.id)

    def _step_of(self, secret: str, code: str) -> int | None:
        """The step whose code this is, within the window."""
        totp, present = pyotp.TOTP(secret), int(self._clock().timestamp()) // STEP
        steps = range(present - WINDOW, present + WINDOW + 1)
        right = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
        return right[-1] if right else None


def _plain(code: str) -> str:
    """As typed by hand: digits of any script, spaces and hyphens wherever, small letters."""
    kept = (letter for letter in code.strip().lower() if letter.isalnum())
    return "".join(str(unicodedata.digit(letter)) if letter.isdecimal() else letter for letter in kept)
