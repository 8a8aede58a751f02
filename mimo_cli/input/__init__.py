"""What the user asks with: words, files, stdin, an editor."""
