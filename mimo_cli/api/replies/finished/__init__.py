"""What a finished reply amounts to: an answer, an error, or one with a remark. Pure."""
