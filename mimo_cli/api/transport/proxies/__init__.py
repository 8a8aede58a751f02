"""Proxies: which one a request goes through, how it is named, and the ways through each kind."""
