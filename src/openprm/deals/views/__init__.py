"""The pages of deals: parse, one call into the domain, render."""
