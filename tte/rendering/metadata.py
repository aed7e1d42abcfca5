"""What the file says about itself: that it is PDF/A-2b, its kind of document, its colours. Nothing about a person."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

OUTPUT_CONDITION: Final = "sRGB"
"""The output condition of the output intent: IEC 61966-2-1."""

_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>id-ID</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>tte</xmp:CreatorTool>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def xmp(title: str) -> bytes:
    """The metadata packet (ISO 16684-1), the same for every document of a kind: no dates, no names, no numbers."""
    return _XMP.format(title=escape(title)).encode()


def srgb_profile() -> bytes:
    """The ICC profile of sRGB that stands beside this module; `docs/fonts/profile.py` made it."""
    return Path(__file__).with_name("srgb.icc").read_bytes()
