"""Asking other machines over HTTP: bounded in time and size, never redirected, only where it is allowed.

One event loop in a thread of its own serves any number of callers, who wait as for any other function. A deadline is a
deadline: it also ends an answer that comes a byte at a time. What is asked for, and what is answered, is never logged.
"""

from tte.http.client import Answer, Http

__all__ = ["Answer", "Http"]
