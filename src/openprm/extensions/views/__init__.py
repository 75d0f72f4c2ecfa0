"""The pages of activities and extensions."""
