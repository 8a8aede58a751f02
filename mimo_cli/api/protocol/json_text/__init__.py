"""JSON as it comes from outside: read tolerantly, or exactly as it is. Pure."""
