"""What the user is told: streams, sanitising, columns, JSON, answers as plain text."""
