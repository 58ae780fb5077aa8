"""The tiny instance for every test here."""

from tests.instances import home, tiny

__all__ = ["home", "tiny"]
