"""How a build works: processes, clock, a fresh tree swapped in, and what is kept for the next one. Nothing of what a page says."""
