"""Trust services of others, over HTTP: time-stamps and revocation info. What they answer is hostile until verified."""
