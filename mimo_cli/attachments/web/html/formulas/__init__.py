"""Formulas of pages as TeX, in each of the ways that pages have them."""
