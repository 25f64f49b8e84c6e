"""What the hotline says: phrases in every language, sourced facts, whom one can reach. Data files, and what words them.

:class:`bot.content.library.Library` is the door; :func:`bot.content.check.check` finds what must not go live.
"""
