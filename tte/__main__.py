"""`python -m tte`."""

from tte.cli import main

if __name__ == "__main__":
    main()
