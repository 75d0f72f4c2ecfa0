"""OpenPRM: a self-hosted partner relationship management platform."""
