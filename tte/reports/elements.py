"""XML elements by name, with texts that XML can hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree

VR: Final = "http://uri.etsi.org/19102/v1.4.1#"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
TSL: Final = "http://uri.etsi.org/02231/v2#"
OWN: Final = "urn:x-tte:"
"""What begins the names of our own; no registry knows it."""

Element = ElementTree.Element

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(parent: Element, name: str, text: str = "", *, space: str = VR, **attributes: str) -> Element:
    """A new last child. Characters that XML 1.0 has not become U+FFFD."""
    made = ElementTree.SubElement(parent, f"{{{space}}}{name}", {key: _legal(text) for key, text in attributes.items()})
    if text:
        made.text = _legal(text)
    return made


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def moment(at: datetime) -> str:
    """xs:dateTime in UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at.year >= 1000 else "1000-01-01T00:00:00Z"
