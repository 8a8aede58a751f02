"""One turn of a conversation: settings to request, request to answer, answer to history.

What `mimo ask` and `mimo chat` share. `prepare` is where both begin, `views` says how an answer is
shown, `recorder` keeps what is said, `asking` puts them together. `turns` are the values.
"""
