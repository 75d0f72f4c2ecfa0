"""The pages of accounts: signing in, one's own account, the people one manages, and roles."""
