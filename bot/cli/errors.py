"""What to tell a person about an error that they can mend."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import OperationalError

from bot.settings import SettingsError
from bot.store.seal import KeyMissing
from channels.known import BadSettings

#: Errors of parts that are loaded late (the model, the content): named, not imported, so that help stays fast.
_TOLD_AS_IT_IS = frozenset(("TrainingFailed", "ModelUnreadable", "ContentInvalid"))


def told(error: Exception) -> str | None:
    """One line that says what is wrong and what to do; None for a fault of ours, which shows its traceback."""
    if isinstance(error, SettingsError | KeyMissing | BadSettings):
        return str(error)
    if type(error).__name__ in _TOLD_AS_IT_IS:
        return str(error)
    if isinstance(error, OSError):
        if error.errno == errno.ENOSPC:
            return f"The disk is full{_at(error)}. Free some room and start again; nothing that was accepted is lost."
        if error.errno in (errno.EACCES, errno.EROFS):
            return f"No permission to write{_at(error)}. Set HOTLINE_DATA_DIR and HOTLINE_MODEL_DIR to folders you own."
    if isinstance(error, OperationalError):
        cause = error.orig
        if isinstance(cause, sqlite3.OperationalError) and "full" in str(cause):
            return "The disk is full. Free some room and start again; nothing that was accepted is lost."
        return f"The database cannot be used ({cause}). Is HOTLINE_DATABASE_URL right, and the server running?"
    return None


def _at(error: OSError) -> str:
    return f" ({error.filename})" if error.filename else ""
