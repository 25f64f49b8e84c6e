"""Language and dialogue: Rasa Open Source as a library in this process.

Importing this package prepares the process for Rasa, so that every module below may ``import rasa``; nothing outside
``bot.nlu`` and ``actions`` does. Rasa's log is held at warnings: below that it quotes what people write.
"""

from __future__ import annotations

import logging

import structlog

from bot.nlu import absent

absent.install()
for _name in ("rasa", "rasa_sdk"):
    logging.getLogger(_name).setLevel(logging.WARNING)
if not structlog.is_configured():  # unconfigured, it prints every debug event
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
