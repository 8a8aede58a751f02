"""A terminal client for Xiaomi's MiMo language models."""

__version__ = "0.1.0"
