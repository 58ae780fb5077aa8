"""The chain of commits as bytes: its objects, its merges, and the checkpoints over it."""
