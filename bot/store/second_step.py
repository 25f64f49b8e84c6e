"""The second step of a sign-in, as it is kept: a sealed secret, the last code taken, recovery codes as keyed hashes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from bot.core.ids import OperatorId
from bot.store import tables as t
from bot.store.database import Database
from bot.store.seal import Keyring


@dataclass(frozen=True)
class SecondStep:
    """*secret* is in base32; *last_step* counts 30-second steps since 1970, and no code of it or before is good."""

    secret: str
    last_step: int


class SecondSteps:
    """The store of second steps. Raises SealBroken where the master key is another one than that it was sealed with."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database, self._keyring = database, keyring

    def get(self, operator: OperatorId) -> SecondStep | None:
        """The second step that is in force, or None."""
        c = t.operators.c
        with self._database.read() as connection:
            row = connection.execute(select(c.totp_sealed, c.totp_step).where(c.id == operator)).one()
        if row.totp_sealed is None:
            return None
        return SecondStep(self._open(operator, row.totp_sealed), row.totp_step or 0)

    def offer(self, operator: OperatorId, secret: str) -> None:
        """Keep a secret that the operator has yet to confirm with a code; the one in force stays until then."""
        sealed = self._keyring.own.close(secret.encode(), _belongs(operator))
        self._set(operator, totp_offered_sealed=sealed)

    def offered(self, operator: OperatorId) -> str | None:
        c = t.operators.c
        with self._database.read() as connection:
            sealed = connection.execute(select(c.totp_offered_sealed).where(c.id == operator)).scalar()
        return self._open(operator, sealed) if sealed is not None else None

    def confirm(self, operator: OperatorId, step: int) -> None:
        """The offered secret is in force from now on; its code of *step* is used up."""
        c = t.operators.c
        with self._database.write() as connection:
            connection.execute(
                update(t.operators)
                .where(c.id == operator, c.totp_offered_sealed.is_not(None))
                .values(totp_sealed=c.totp_offered_sealed, totp_offered_sealed=None, totp_step=step)
            )

    def use(self, operator: OperatorId, step: int) -> bool:
        """Use the code of *step* up. False: it, or a later one, was used before."""
        c = t.operators.c
        with self._database.write() as connection:
            used = connection.execute(
                update(t.operators)
                .where(c.id == operator, c.totp_sealed.is_not(None), func.coalesce(c.totp_step, 0) < step)
                .values(totp_step=step)
            )
            return used.rowcount == 1

    def reset(self, operator: OperatorId) -> None:
        """Forget all of it: the next sign-in sets a new one up."""
        with self._database.write() as connection:
            connection.execute(delete(t.recovery_codes).where(t.recovery_codes.c.operator_id == operator))
            connection.execute(
                update(t.operators)
                .where(t.operators.c.id == operator)
                .values(totp_sealed=None, totp_step=None, totp_offered_sealed=None)
            )

    # --- recovery codes ----------------------------------------------------------------------------------------

    def set_recovery_codes(self, operator: OperatorId, codes: Iterable[str]) -> None:
        """These, and no earlier ones."""
        with self._database.write() as connection:
            connection.execute(delete(t.recovery_codes).where(t.recovery_codes.c.operator_id == operator))
            connection.execute(
                insert(t.recovery_codes),
                [{"code_key": self._key(operator, code), "operator_id": operator, "used_at": None} for code in codes],
            )

    def use_recovery_code(self, operator: OperatorId, code: str, now: datetime) -> bool:
        """Use a recovery code up. False: it is none, or was used before."""
        c = t.recovery_codes.c
        with self._database.write() as connection:
            used = connection.execute(
                update(t.recovery_codes)
                .where(c.code_key == self._key(operator, code), c.operator_id == operator, c.used_at.is_(None))
                .values(used_at=now)
            )
            return used.rowcount == 1

    def recovery_codes_left(self, operator: OperatorId) -> int:
        c = t.recovery_codes.c
        with self._database.read() as connection:
            return connection.execute(
                select(func.count()).select_from(t.recovery_codes).where(c.operator_id == operator, c.used_at.is_(None))
            ).scalar_one()

    # --- inside ------------------------------------------------------------------------------------------------

    def _open(self, operator: OperatorId, sealed: bytes) -> str:
        return self._keyring.own.open(sealed, _belongs(operator)).decode()

    def _key(self, operator: OperatorId, code: str) -> str:
        return self._keyring.lookup("recovery", str(operator), code)

    def _set(self, operator: OperatorId, **columns: bytes) -> None:
        with self._database.write() as connection:
            connection.execute(update(t.operators).where(t.operators.c.id == operator).values(**columns))


def _belongs(operator: OperatorId) -> str:
    return f"operator {operator}/second step"
