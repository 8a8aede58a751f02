"""The protocol client: values, their form on the wire, and the one module that does HTTP."""
