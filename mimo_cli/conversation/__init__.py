"""One turn of a conversation: settings to request, request to answer, answer to history.

What `mimo ask` and `mimo chat` share. `session` is where both begin, `views` is how an answer is
shown, `recorder` keeps what is said, `turn` puts them together.
"""
