"""One module a command. They parse nothing and decide little."""
