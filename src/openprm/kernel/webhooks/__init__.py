"""Telling other systems of facts over the web, as the Standard Webhooks specification has it.

An endpoint chooses event types; each event becomes one message to each endpoint that wants it, signed, repeated over
three days until it is taken, kept in a log and replayable. The vendor's endpoints hear everything, a partner's only
the shared facts about that partner.
"""
