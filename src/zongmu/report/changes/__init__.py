"""What a change does, and the trail of changes that were made, in the terms of the law: as text, JSON, one comment of a merge request."""
