"""Peers that render only: each module has prepare(workshop), which returns document(record)."""
