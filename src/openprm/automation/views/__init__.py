"""The pages of automations."""
