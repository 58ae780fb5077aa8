"""Acts: the kinds of milestones, what a milestone of each kind holds, and the rows within it."""
