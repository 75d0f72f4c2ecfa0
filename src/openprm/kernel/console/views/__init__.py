"""The pages of the engine room."""
