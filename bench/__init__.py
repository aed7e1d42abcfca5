"""Measurements of speed. Nothing in here is part of the product, and the product imports none of it."""
