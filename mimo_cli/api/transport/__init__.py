"""HTTP: connections of ours, proxies, TLS, and what goes wrong on the way."""
