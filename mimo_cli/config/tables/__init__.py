"""Tables of the user's file that are no settings: profiles and prompts, aliases, loaders."""
