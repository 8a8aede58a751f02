"""What is known of models: their limits and prices, and what servers say they have."""
