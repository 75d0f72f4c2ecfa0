"""Tests of vendor conduct."""
