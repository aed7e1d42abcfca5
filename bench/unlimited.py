"""The program without limits on how often it is asked: `python -m bench.unlimited serve …`. For measuring only."""

from __future__ import annotations

from functools import partial

from tte.cli import main
from tte.web import server
from tte.web.app import make_app
from tte.web.gates import Allowances

if __name__ == "__main__":
    lifted = Allowances(10**9, 10**9, 10**9, 10**9, 10**9, 10**9, 10**6)
    vars(server)["make_app"] = partial(make_app, allowed=lifted)
    main()
