"""One script for each step, named by its revision."""
