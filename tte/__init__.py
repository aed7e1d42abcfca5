"""Electronic signatures (TTE) for civil registry documents: rows in, PAdES-signed PDFs out, and a verdict on any.

The rooms and the way through them are described in `docs/house.md`; every import goes down.
"""

__version__ = "0.1.0"
