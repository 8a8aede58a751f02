"""The command line: what is typed, as commands and their options."""
