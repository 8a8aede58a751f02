"""The options of each command, as values. Names and help texts live here, nothing else.

Not `from __future__ import annotations` in these modules: Typer reads the annotations at run time,
and evaluating them from text costs start-up time. So do comparing and printing, which no option
needs.
"""
