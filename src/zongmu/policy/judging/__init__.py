"""The law asked about records: what a rule sees, what it answers, what that weighs and how it is told."""
