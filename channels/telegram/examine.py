"""What ``hotline doctor`` says of Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
from telegram.error import TelegramError

from bot.core.sending import Misconfigured
from channels.contract import Finding
from channels.telegram.api import Api, what_is_known
from channels.telegram.incoming import Webhook


async def examine(api: Api, webhook: Webhook) -> AsyncIterator[Finding]:
    """What is right and wrong with the settings: the token, and how updates come to us."""
    try:
        me = await api.bot.get_me()
        yield Finding(True, f"Telegram: the bot @{me.username}")
        hook = await api.bot.get_webhook_info()
    except TelegramError as error:
        known = what_is_known(error)
        remedy = (
            "Telegram does not know this token: copy it again from @BotFather into HOTLINE_TELEGRAM_TOKEN"
            if isinstance(known, Misconfigured)
            else "it cannot be reached: check the network and HOTLINE_TELEGRAM_API_URL"
        )
        yield Finding(False, f"Telegram ({known.reason})", remedy)
        return
    if hook.url and hook.url != webhook.url:
        # its host alone: the rest of such an address is often a secret
        yield Finding(
            False,
            "Telegram: a webhook of somebody else",
            f"another program at {httpx.URL(hook.url).host} uses this token too. Stop it, or make a bot of your "
            "own at @BotFather: the hotline puts itself in its place when it starts",
        )
        return
    if not webhook.used:
        yield Finding(True, f"Telegram: long polling{' (ends our own webhook at the start)' if hook.url else ''}")
        return
    yield Finding(
        bool(hook.url),
        "Telegram: the webhook",
        "it is not registered yet: start the hotline once, it registers itself",
    )
    if hook.last_error_message:
        yield Finding(
            False,
            "Telegram: delivery to the webhook",
            f"Telegram says: {hook.last_error_message}. Is {webhook.url} reachable from outside?",
        )
