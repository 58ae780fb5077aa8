"""What follows from recorded acts: their order, contradictions, stage, baselines, variance. Computed, never typed."""
