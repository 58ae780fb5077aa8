"""Tests of the change trail."""
