"""The chat: its loop, its commands, its prompt. The only user of prompt_toolkit (in `prompt`)."""
