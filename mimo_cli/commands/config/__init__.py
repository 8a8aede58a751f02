"""One module a subcommand of `mimo config`."""
