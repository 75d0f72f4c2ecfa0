"""The pages of news: what partners read, and where the vendor writes."""
