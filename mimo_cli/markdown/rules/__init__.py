"""The rules by which this program's Markdown differs from CommonMark, as markdown-it-py has rules.

Each looks at the source up to where it decides, and no further, so that rows can be final early.
"""
