"""Replies that are no stream of events, and what they mean to the user. Pure."""
