"""Plain data held against the record classes, and everything that does not fit told to a person."""
