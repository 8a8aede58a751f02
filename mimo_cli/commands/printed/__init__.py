"""The commands that print what is in the package: scripts for shells, the manual page, schemas."""
