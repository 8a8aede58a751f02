"""What the headers of pictures, recordings and films say: one module a family of formats. Pure."""
