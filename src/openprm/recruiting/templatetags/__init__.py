"""Template tags of recruiting."""
