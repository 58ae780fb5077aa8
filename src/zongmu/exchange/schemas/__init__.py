"""JSON Schemas, code lists and the dictionary of terms: what ``schema/`` publishes."""
