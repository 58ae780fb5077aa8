"""A city's own repository, and the folder of its measure."""
