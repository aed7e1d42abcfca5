"""Signed files of our own making, most of them attacks, each with the verdict it must get and why.

No PDF is kept: `python -m tests.vectors OUT` makes them, and the tests make them in memory. Names end in the integrity
that is expected: ok, untrusted (the bytes are in order, the certificate is not), modified, broken, unsigned, error.
"""
