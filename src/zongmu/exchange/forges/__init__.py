"""What forges are asked and told: merge requests, the one comment, owners."""
