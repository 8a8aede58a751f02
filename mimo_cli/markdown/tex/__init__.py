"""TeX formulas as Unicode, where their meaning is kept. Pure."""
