"""A record field by field, whatever its kind: paths and values, titles, code lists, what moved, digests."""
