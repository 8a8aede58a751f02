"""What the user's shell has of this program: completion scripts, manual pages, names for Tab.

The scripts and pages are made from the commands by `completions/generate.py` and
`docs/man_page.py`. `caches` keeps the names that the scripts offer, of the form in `names`.
"""
