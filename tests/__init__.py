"""The tests. A package, so that helpers are imported as ``tests.shared`` and ``tests.browser``."""
