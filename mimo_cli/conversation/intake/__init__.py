"""What questions are made of besides words: what is piped in, and what names stand for."""
