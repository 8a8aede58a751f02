"""Bytes that become text, text that grows, signs that were typed: encodings, punctuation."""
