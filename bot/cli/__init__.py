"""The ``hotline`` command. Each subcommand loads only what it needs: a word of help must not wait for a model."""

from __future__ import annotations

import sys

from bot.cli.main import app


def main() -> None:
    """Entry point. Errors that a person can mend are printed as one line, without a traceback."""
    from bot.cli.errors import told

    try:
        app()
    except Exception as error:
        if (line := told(error)) is None:
            raise
        print(f"hotline: {line}", file=sys.stderr)
        sys.exit(1)
