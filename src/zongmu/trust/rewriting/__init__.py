"""Lawful rewriting: words taken out of the whole history by order, and what lets anybody prove that nothing else changed."""
