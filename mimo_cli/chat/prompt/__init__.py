"""The prompt of `mimo chat`. The only user of prompt_toolkit."""
