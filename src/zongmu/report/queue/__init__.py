"""What waits on a desk: gathered, compared with the last look, as text and as a page."""
