"""Speed as ratios against a peer measured in the same run. Never a gate: absolute seconds are one machine's."""
