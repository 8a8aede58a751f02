"""What is deleted, for good: rows and contents, the room they took, or all of the file."""
