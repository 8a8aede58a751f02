"""Servers and a client that others wrote, against the installed program: `make test-peers`.

Apart from `make test`, because their packages are large. Each has a virtual environment of its own
(`environments`); a peer whose package cannot be had is skipped, with a word.
"""
