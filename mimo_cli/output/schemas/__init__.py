"""The JSON Schemas (2020-12) of what `--json` and `--jsonl` print: a file each, for scripts.

A file has what is its own. What several share is in `definitions.json`; `event.json`, one of whose
lines is an answer, takes `ask.json` whole. `published` puts them together.
"""
