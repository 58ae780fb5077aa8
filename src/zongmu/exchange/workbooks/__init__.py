"""Workbooks for people: templates that go out, filled ones that come in, every cell understood or named."""
