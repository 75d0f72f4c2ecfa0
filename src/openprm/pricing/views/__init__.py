"""The pages of price books."""
