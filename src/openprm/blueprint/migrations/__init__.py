"""Migrations of the programme as code."""
