"""What the service sends: messages and their events, errors, models, HTTP replies.

Pure but for the memory of prompts in `tokens`. Faults, dialects and the service build on it.
"""
