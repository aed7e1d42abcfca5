"""What there is in a stranger's PDF that could change what is seen of it, or act, or carry something else.

Nobody can see from a signature that the signer never saw a hidden layer. So it is said before, in codes.
"""

from __future__ import annotations

from enum import StrEnum


class Finding(StrEnum):
    """One thing to know before signing. The codes are stable."""

    JAVASCRIPT = "javascript"
    ACTIONS = "actions"
    """Something starts, sends, fetches or hides by itself or at a click (ISO 32000-1 §12.6), links apart."""
    HIDDEN_LAYERS = "hidden-layers"
    XFA = "xfa"
    EXTERNAL_CONTENT = "external-content"
    """Part of what is seen is kept in another file (§7.3.8.2 /F, §8.10.4 /Ref, OPI)."""
    MULTIMEDIA = "multimedia"
    DRAWN_BY_VIEWER = "drawn-by-viewer"
    """The form asks the viewer to draw its fields anew (/NeedAppearances)."""
    FORM = "form"
    """Fields that can still be filled in."""
    EMBEDDED_FILES = "embedded-files"
    FONTS_NOT_EMBEDDED = "fonts-not-embedded"
    LINKS = "links"
    ANNOTATIONS = "annotations"
    """Comments, stamps and the like, which cover the page."""
    EARLIER_REVISIONS = "earlier-revisions"
    """The file was changed by appending to it, and not only by signatures."""
    ENCRYPTED = "encrypted"

    @property
    def dangerous(self) -> bool:
        """Whether `strict` refuses it: what is seen could be another thing later, or elsewhere."""
        return self in _DANGEROUS


_DANGEROUS = frozenset(
    {
        Finding.JAVASCRIPT,
        Finding.ACTIONS,
        Finding.HIDDEN_LAYERS,
        Finding.XFA,
        Finding.EXTERNAL_CONTENT,
        Finding.MULTIMEDIA,
        Finding.DRAWN_BY_VIEWER,
    }
)
