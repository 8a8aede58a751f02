"""Pictures, recordings and films: what they are, how large, and what they cost. Pure."""
