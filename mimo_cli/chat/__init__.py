"""The chat: its loop, its commands, its prompt."""
