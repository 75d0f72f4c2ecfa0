"""What is tested across features, and the small world that all tests of features share."""
