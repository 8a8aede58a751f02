"""Dialects: the shapes in which gateways and other servers send what the protocol describes. Pure.

`by_name` is the table. A dialect changes replies of the service; what a `Fault` gives word for word
stays as it is.
"""
