"""What is found in a registry, and how it is told: check, explain, show, examples, schema."""
