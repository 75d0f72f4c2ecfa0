"""Configuration: the one place that knows every feature, the machine it runs on and the command line."""
