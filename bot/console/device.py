"""What a session is opened with, in a few words, so that its owner knows it again: "Firefox, Android"."""

from __future__ import annotations

# the first that is found counts: Edge calls itself Chrome too, and Chrome Safari
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


def device_named(user_agent: str) -> str:
    """At most 40 characters; empty where the header tells nothing that we know."""
    found = (next((name for mark, name in listed if mark in user_agent), "") for listed in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name)
