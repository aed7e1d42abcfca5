"""How the shape of the register came to be. Each step is a script in `versions/`; steps are added, never edited."""
