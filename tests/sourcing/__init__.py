"""Tests of needs and capabilities."""
