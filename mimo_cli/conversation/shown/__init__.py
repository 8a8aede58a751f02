"""What was said, and what goes along with it, as texts: shown again, exported, in rows."""
