"""Files written whole or not at all, and never through somebody else's link.

Three kinds, by who chose the name:

- A file that the user named (`named_file`) may be a link of the user's own, and is written where
  that leads. A link, or anything else, that another user left in a folder that everybody may write
  to is refused, as Linux does with `fs.protected_symlinks`, `protected_fifos` and
  `protected_regular` set to 1 (https://docs.kernel.org/admin-guide/sysctl/fs.html).
- A file that stands beside one of those (`new_file`: a partial answer, a backup, a draft) is made
  new, under the first name that nothing has.
- A file of ours under a fixed name (`own_file`: a cache) takes the place of whatever is there.

An `OSError` that is raised here with words of ours has them, a `Phrase`, as its `strerror`: see
`phrases.reason`.
"""
