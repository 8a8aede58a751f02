"""Conversations in SQLite: one file, `history.db`, in the data folder. The only user of sqlite3."""
