"""From the registry to the public tree: build, release, serve."""
