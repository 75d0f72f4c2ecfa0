"""The pages about partners and audiences."""
