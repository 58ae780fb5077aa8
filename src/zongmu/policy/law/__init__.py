"""The law as files: reading ``checks/``, and refusing what cannot be law before it is asked anything."""
