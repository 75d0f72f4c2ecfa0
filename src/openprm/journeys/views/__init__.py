"""The pages of journeys."""
