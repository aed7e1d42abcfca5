"""The Friday report on paper: charts and tables of a `Friday`, from one page to a dozen, PDF/A-2b.

Drawn with the same faces and by the same room as documents are. Any figures give pages: no text is so long and no
number so large that something is left out or drawn over something else.
"""

from tte.reports.friday.press import NAME, FridayKind, FridayPress, preview, row_of

__all__ = ["NAME", "FridayKind", "FridayPress", "preview", "row_of"]
