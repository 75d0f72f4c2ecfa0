"""The console's pages about customers: parse, one call into the domain, render."""
