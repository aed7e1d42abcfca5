"""Run `tte` from a checkout without installing it: `python cli.py …`. Not part of the wheel."""

from tte.cli import main

if __name__ == "__main__":
    main()
