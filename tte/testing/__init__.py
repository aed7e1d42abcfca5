"""For tests, the demo and authors of plug-ins: a throw-away CA, and a conformance suite for each kind of plug-in.

Nothing the service runs on imports this room.
"""
