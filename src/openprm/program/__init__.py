"""Programmes: tiers with their requirements and benefits, and the standing of each partner, moved by facts."""
