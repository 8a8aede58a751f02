"""`mimo ask`: what it asks, what it goes on with, and what it writes at the end."""
