"""Templates: folders of data that say which fields a document has and how its page is drawn.

A folder cannot run code, reach the network or read another folder than its neighbours. What is checked here once need
not be checked for each record; what is left to check for a record is `Template.check`. No PDF library is used in this
room.
"""

from tte.template.field import Grouping
from tte.template.load import load
from tte.template.names import PREVIEW
from tte.template.numbers import LAST_SERIAL
from tte.template.seal import Sealed
from tte.template.template import Template, last_day

__all__ = ["LAST_SERIAL", "PREVIEW", "Grouping", "Sealed", "Template", "last_day", "load"]
