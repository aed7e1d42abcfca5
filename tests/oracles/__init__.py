"""Other people's software, asked what it thinks of our documents. None of it shares code with the product."""
