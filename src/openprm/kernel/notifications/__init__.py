"""Messages to people: in the app, by e-mail, at once or as a digest, as each person prefers."""
