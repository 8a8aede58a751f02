"""A conversation of before: which one is meant, and what goes on with it."""
