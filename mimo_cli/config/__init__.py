"""The configuration: settings, the layers they come from, and the files they are kept in."""
