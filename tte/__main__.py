"""`tte`, and `python -m tte`: begins before anything is loaded, so that Ctrl-C is understood from the first moment."""

import os
import signal
from types import FrameType


def main() -> None:
    """The command. A Ctrl-C that no command answers ends it with one line and exit code 130."""
    signal.signal(signal.SIGINT, _interrupted)
    from tte.cli import main as run

    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        run()
    except KeyboardInterrupt:
        _interrupted(signal.SIGINT, None)


def _interrupted(number: int, frame: FrameType | None) -> None:
    """Nothing is half done: what a command writes, it writes whole or not at all."""
    signal.signal(number, signal.SIG_IGN)
    os.write(2, b"interrupted\n")
    raise SystemExit(130)


if __name__ == "__main__":
    main()
