"""The chat's commands, one module for what they are about.

To add one: a function there that takes the chat and what stands behind the command's name, and a
row in `registry.COMMANDS`. Help, completion and the table in docs/chat.md are made from that row.
"""
