"""Pure rules of the hotline: what a message can mean, how grave it is, who holds a conversation.

Nothing here awaits, reads a clock, draws a random number or logs. Times and ids are arguments.
"""
