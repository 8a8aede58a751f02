"""Pictures made anew by the extra `images`: decoded within a bound of memory, scaled, written."""
