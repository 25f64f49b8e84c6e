"""What ``hotline doctor`` says of Twilio."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

from bot.core.sending import Misconfigured, SendFailed
from channels.contract import Finding
from channels.twilio.api import Account, Api
from channels.twilio.forms import SMS
from channels.twilio.incoming import PATH


async def examine(account: Account, api: Api) -> AsyncIterator[Finding]:
    """What is right and wrong with the settings: the public address, the login, our number."""
    yield Finding(
        account.public_url.startswith("https://"),
        f"Twilio: the public address {account.public_url}",
        "Twilio signs an https:// address: set HOTLINE_PUBLIC_URL (or HOTLINE_TWILIO_PUBLIC_URL) to it",
    )
    try:
        await api.asked(api.client.messages.list_async(limit=1))
        yield Finding(True, "Twilio: account and token")
        async for finding in _examine_number(account, api):
            yield finding
    except SendFailed as error:
        remedy = (
            "Twilio does not take this login: copy HOTLINE_TWILIO_ACCOUNT_SID and HOTLINE_TWILIO_AUTH_TOKEN again"
            if isinstance(error, Misconfigured)
            else "it cannot be reached: check the network and HOTLINE_TWILIO_API_URL"
        )
        yield Finding(False, f"Twilio ({error.reason})", remedy)
    finally:
        await api.end()
    yield Finding(True, f"Twilio: 'A message comes in' must be POST {account.public_url}{PATH}")


async def _examine_number(account: Account, api: Api) -> AsyncIterator[Finding]:
    """Is our number ours, and does it send what comes in to us? A Messaging Service answers for its own."""
    sender = account.senders[SMS]
    if not sender or account.service:
        return
    try:
        numbers = api.client.incoming_phone_numbers
        owned = await api.asked(numbers.list_async(phone_number=sender, limit=1))
    except SendFailed:  # a key that may not look: what it may do shows at the first message
        return
    if not owned:
        remedy = "this account does not own it: buy it, or set HOTLINE_TWILIO_SMS_FROM to a number of yours"
        yield Finding(False, f"Twilio: the number {sender}", remedy)
        return
    url = str(owned[0].sms_url or "")
    yield Finding(
        url == account.public_url + PATH,
        f"Twilio: where {sender} sends what comes in",
        f"to {httpx.URL(url).host or 'nobody'}: enter {account.public_url}{PATH} at the number, 'A message comes in'",
    )
