"""The tests. Real parts stand where they can run; `tests.oracles` is other people's software that judges our work."""
