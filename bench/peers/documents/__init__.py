"""Peers that render and sign: each module has prepare(workshop), which returns document(record)."""
