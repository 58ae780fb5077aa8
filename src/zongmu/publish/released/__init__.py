"""What is released of a registry, in values: the only source of every page and file."""
