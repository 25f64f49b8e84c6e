"""What the hotline does, one service per step: receive, take the turn, deliver; hand over, erase.

Services know the core's types and what they are given; :mod:`bot.app` gives it to them.
"""
