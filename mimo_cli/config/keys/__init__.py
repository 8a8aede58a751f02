"""The key beside the one in force: printed by a command, written elsewhere, for another server."""
