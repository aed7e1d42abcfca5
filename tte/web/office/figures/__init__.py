"""The figures of an office and of the country in the browser: entered, reported, looked at."""
