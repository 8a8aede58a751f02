"""Finding words in what is kept: the index, the query, what is shown of a text."""
