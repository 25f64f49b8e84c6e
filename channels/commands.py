"""What people may write on every channel as on Telegram, whatever a model would read in it."""

from __future__ import annotations

#: Command -> what it asks for.
COMMANDS = {
    "/start": "/greet",
    "/language": "/change_language",
    "/human": "/ask_human",
    "/delete": "/delete_data",
    "/exit": "/unsafe_to_talk",
    "/help": "/help",
}


def command(text: str) -> str | None:
    """What *text* asks for, if it begins with a command; phones write the first letter large.

    >>> command("/Exit"), command("/exit@hotline_bot now"), command("exit"), command("/")
    ('/unsafe_to_talk', '/unsafe_to_talk', None, None)
    """
    words = text.split(maxsplit=1)
    return COMMANDS.get(words[0].partition("@")[0].lower()) if words else None
