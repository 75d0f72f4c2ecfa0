"""Files that belong to rows: stored once, checked by content, read through the permission of their owner."""
