"""What the dialogue does when a rule alone is not enough: pick the saying that fits what the conversation knows.

Actions say nothing themselves. They name a :class:`bot.core.message.Saying`, which is worded later in the person's
language, and note in slots what must be remembered. They run in the process of the engine.
"""
