"""The Messages protocol as values, and their form on the wire. Pure."""
