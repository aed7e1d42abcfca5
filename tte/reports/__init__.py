"""A validation report for others to read: ETSI TS 119 102-2 XML for programs, one PDF page for the file.

A `Report` and a `Verdict` become bytes here; nothing is judged, asked or read. Texts in them came from a
stranger's file: they are written as text, never as markup or operators, and no length of them breaks a page.
"""
