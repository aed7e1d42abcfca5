"""The one conversion between what templates say and what PDF wants."""

from __future__ import annotations

from typing import Final

MM: Final = 72 / 25.4
"""Points in a millimetre."""
