"""Tests of price books."""
