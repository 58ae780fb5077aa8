"""Verifying a history from its first commit to its head, former ones included: what was found, and what that proves."""
