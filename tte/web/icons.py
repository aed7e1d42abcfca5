"""The few line drawings beside the names of rooms. Each is decoration: the word stands beside it."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

_PATHS: Final = {
    "today": "M3 11l9-8 9 8M6 9v11h12V9",
    "requests": "M3 13h5l2 3h4l2-3h5M3 13l3-8h12l3 8v7H3z",
    "drafts": "M4 20l4-1L19 8l-3-3L5 16zM14 7l3 3",
    "checks": "M9 11l3 3 8-9M20 12v8H4V4h10",
    "sign": "M3 17c4-9 7-9 6-3-1 4 3 1 5-2 2-2 2 3 7 0M3 21h18",
    "documents": "M7 3h7l5 5v13H7zM14 3v5h5M10 13h6M10 17h6",
    "deliveries": "M3 11l18-8-8 18-2-8zM11 13l5-5",
    "figures": "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6",
    "friday": "M5 4h14v17H5zM5 9h14M9 2v4M15 2v4M9 14l2 2 4-4",
    "country": "M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14",
    "batches": "M12 3l9 5-9 5-9-5zM3 13l9 5 9-5",
    "keys": "M14 10a4 4 0 1 0-4 4l2 0 1 2 2 0 1 2 3 0 0-3-5-5",
    "people": "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8M2 21c0-5 3-7 7-7s7 2 7 7M17 4a4 4 0 0 1 0 7M22 20c0-3-1-5-4-6",
    "clients": "M4 5h16v11H4zM9 20h6M12 16v4M8 9l2 2-2 2M13 13h3",
    "trail": "M5 4v16M5 6h3M5 12h3M5 18h3M12 6h8M12 12h8M12 18h5",
}


def icon(name: str) -> Markup:
    """The drawing for a room; nothing for a name without one."""
    if name not in _PATHS:
        return Markup("")
    drawing = Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>')
    return drawing.format(_PATHS[name])
