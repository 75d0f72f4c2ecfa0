"""The pages of programmes: set-up, members and moves, recorded figures, and the partner's progress."""
