"""Recruiting: applications of companies that want to become partners, from the public page to the decision."""
