"""Git, asked: objects in and out, commits made and pushed, two trees compared."""
