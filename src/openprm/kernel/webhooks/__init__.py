"""Telling other systems of facts over the web, as the Standard Webhooks specification has it."""
