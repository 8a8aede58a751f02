"""The configuration file's own form: read, looked at without parsing, changed with its comments."""
