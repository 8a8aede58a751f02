"""The protocol client: `client` asks, `protocol` is what is said, `transport` carries it."""
