"""Where people reach us. A channel proves who wrote, turns it into ``Received``, and hands it on; nothing else."""
