"""What of HTML would be lost in Markdown: formulas, code, tables; and the Markdown itself."""
