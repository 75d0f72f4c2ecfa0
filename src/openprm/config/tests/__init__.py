"""Tests of the configuration, the embedded database and the command line."""
