"""Peers that validate: each module has prepare(workshop, pdf), which returns verdict(); it raises if not valid."""
