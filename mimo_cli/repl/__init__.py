"""Talking with a model: the prompt, its keys, its history."""
