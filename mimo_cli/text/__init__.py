"""Bytes that become text, and signs that were typed: encodings, locales, punctuation."""
