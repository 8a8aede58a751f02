"""Patterns of JSON Schema, which are ECMA-262's, as Python reads them."""
