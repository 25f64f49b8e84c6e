"""Language and dialogue: Rasa Open Source as a library in this process.

Importing this package prepares the process for Rasa, so that every module below may ``import rasa``; nothing outside
``bot.nlu`` and ``actions`` does.
"""

from __future__ import annotations

from bot.nlu import absent

absent.install()
