"""Tables of anybody's making, by a mapping: rows to records, with their source."""
