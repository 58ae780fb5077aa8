"""Signatures: the algorithms that count, the format, and how they are made."""
