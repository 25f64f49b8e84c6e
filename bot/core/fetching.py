"""What can become of fetching something that a person sent besides text."""

from __future__ import annotations


class NotFetched(Exception):
    """It cannot be shown; the class says why, so that the operator can be told what to do.

    NotFetched
    |- TooLarge   more bytes than we take
    |- Gone       the channel has it no more, or never gave it to us
    +- Away       the channel cannot be reached, or does not let us in: later perhaps
    """


class TooLarge(NotFetched):
    pass


class Gone(NotFetched):
    pass


class Away(NotFetched):
    pass
