"""Turns one by one: kept while they come, sent again, and put beside what tools gave."""
