"""Rows to a terminal, live, and what a terminal is asked and told."""
