"""What strangers may ask over HTTP: is this file genuine, and what does the register say of the code on this paper?

`make_app(service)` is an ASGI application, `serve` runs it in this process. Uploads are held in memory while they are
examined and are never written down; no log line, metric or error says what was in one. Nobody signs in here yet.
"""

from tte.web.app import make_app
from tte.web.service import Service

__all__ = ["Service", "make_app"]
