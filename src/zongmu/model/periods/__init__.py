"""Periods of the law: calendar arithmetic, working days, the last day."""
