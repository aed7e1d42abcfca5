"""The program with other patience: `python -m tests.patient HEAD_S BODY_S serve …`."""

from __future__ import annotations

import sys
from functools import partial

from tte.cli import main
from tte.web import server
from tte.web.app import make_app
from tte.web.gates import Allowances

if __name__ == "__main__":
    server.HEAD_S = float(sys.argv.pop(1))
    allowed = Allowances(per_minute=1000, per_second=10_000, body_s=float(sys.argv.pop(1)))
    vars(server)["make_app"] = partial(make_app, allowed=allowed)
    main()
