"""The keys of the prompt: the bytes that the terminal sends for them, and what each does."""
