"""The files of a folder or a pattern: which there are, and which of them may be sent."""
