"""One module a subcommand of `mimo history`."""
