"""The same work done by other means: one page of a birth certificate, rendered and signed. See bench/README.md."""
