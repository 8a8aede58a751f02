"""Finding what is kept: a conversation by what it is called, turns by their words."""
