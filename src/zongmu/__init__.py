"""zongmu (总目): a city's registry of government IT projects, run out of a Git repository."""

__version__ = "0.1.0"
