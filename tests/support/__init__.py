"""What tests share: running the program, servers and terminals of their own, texts."""
