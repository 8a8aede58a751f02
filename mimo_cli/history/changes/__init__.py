"""What changes turns that are kept: taken out of a conversation, put back, copied."""
