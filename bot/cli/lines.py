"""``hotline parse``: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
from typing import BinaryIO

from bot.nlu.parse import BadLine, Understand, parse_line


async def parse_lines(source: BinaryIO, out: BinaryIO, understand: Understand) -> str | None:
    """Answer each line of *source* at once, so that it can be used as a pipe.

    Returns None, or what is wrong with the first line that cannot be used; lines before it were answered.
    """
    for number, raw in enumerate(source, 1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw.decode("utf-8"))
            if not isinstance(line, dict):
                raise BadLine("a line is one JSON object")
            answer = await parse_line(line, understand)
        except UnicodeDecodeError:
            return f"line {number}: not UTF-8"
        except (BadLine, ValueError, RecursionError) as error:
            return f"line {number}: {error}"
        out.write(_json(answer) + b"\n")
        out.flush()
    return None


def _json(answer: object) -> bytes:
    try:
        return json.dumps(answer, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8: it is escaped as it came
        return json.dumps(answer).encode("ascii")
