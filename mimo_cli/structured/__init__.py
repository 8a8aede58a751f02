"""Answers that fit a schema: what a user names as one, and whether an answer is of it."""
