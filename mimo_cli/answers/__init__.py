"""What of a conversation's answers somebody wants: one of them, or the code in it. Pure."""
