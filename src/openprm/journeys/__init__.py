"""Journeys: onboarding as stages of tasks, with an owner on either side."""
