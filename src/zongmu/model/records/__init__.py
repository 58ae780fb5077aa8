"""One class for each kind of file under ``registry/``, and for the questions that a project's file holds."""
