"""``python -m tests.introduced``: how well names are hidden, by language.

``--read LANG`` shows what went wrong in the sentences that may be read.
"""

from __future__ import annotations

import sys

from bot.content.named import Introductions
from bot.core.private import cover
from tests.introduced import is_hidden, sentences, table

introductions = Introductions.load()
if len(sys.argv) == 3 and sys.argv[1] == "--read":
    for sentence in sentences("read", sys.argv[2]):
        spans = introductions.named_in([sentence.text]).spans(sentence.text)
        covered = {place for span in spans for place in range(*span)}
        missed = [name for name in sentence.names if not is_hidden(sentence.text, name, covered)]
        if missed or (covered and not sentence.names):
            print(cover(sentence.text, spans), "|", sentence.text, [sentence.text[slice(*name)] for name in missed])
else:
    print(table(introductions))
