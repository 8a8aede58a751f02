"""Pages of the Web: which may be fetched, and what of them is read."""
