"""What an auditor reads: the tables of a period, and what a verification proves."""
