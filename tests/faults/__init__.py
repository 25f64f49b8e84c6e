"""What becomes of messages when everything fails: servers killed under load, lines cut, faults at the peer."""
