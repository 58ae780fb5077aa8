"""The proof of the trail: signatures, authority, checkpoints, and those who attack them."""
