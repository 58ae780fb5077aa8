"""The open data: one module for each format, all of them from what is released and nothing else."""
