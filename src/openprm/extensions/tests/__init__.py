"""Tests of activities and extensions."""
