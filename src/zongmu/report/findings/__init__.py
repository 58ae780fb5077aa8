"""Findings said: at a terminal, as annotations, JSON, SARIF, JUnit; every stable code with its texts."""
