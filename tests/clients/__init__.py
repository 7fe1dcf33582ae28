"""Other people's clients, unchanged, against our server."""
