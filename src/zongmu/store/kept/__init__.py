"""What outlives a run below ``.cache/``, what it was made from, and folders that do not outlive one."""
