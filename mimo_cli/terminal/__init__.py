"""What the user sees: sanitising, plain and live output."""
