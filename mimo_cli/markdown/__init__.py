"""Growing Markdown to rows of styled text. Pure but for its libraries."""
