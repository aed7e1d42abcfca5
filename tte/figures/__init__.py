"""What offices say of themselves, day by day, and what comes of it at the end of a week.

A file's rows become lines (`taking`) of three topics (`topics`); the lines of a week and what the register counts
itself become a `Friday` (`gathering`). Nothing is guessed, clipped or filled in silently: what is missing is said to be
missing, a coverage above 100 % stays above 100 %. No figure is about one person.
"""

from tte.figures.taking import Kept, Refused, Taken, take
from tte.figures.topics import Topic

__all__ = ["Kept", "Refused", "Taken", "Topic", "take"]
