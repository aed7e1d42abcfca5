"""Faults on purpose: at every step, on the disk, of the clock, of the database; and many submitters at once."""
