"""Tests of the programme as code."""
