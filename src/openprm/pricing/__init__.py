"""Price books: which partner gets which margin on which product line, from when to when."""
