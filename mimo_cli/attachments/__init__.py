"""What goes along with a question: named, found, read, and made blocks of a message."""
