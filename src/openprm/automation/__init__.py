"""Automations: when something happens, if a condition holds, then actions follow, without code."""
