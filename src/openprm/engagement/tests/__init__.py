"""Tests of rules of engagement."""
