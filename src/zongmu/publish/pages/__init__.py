"""One module for each kind of page. Each yields ``(path, bytes)`` from what is released, and reads nothing else."""
