"""The rules themselves, for the form page: the Python functions of ``checks/`` and of the engine, translated to JavaScript.

The law is written once. What the page runs as a clerk types is what ``zongmu check`` runs, translated function by function
from the loaded program; a test holds every example of every measure against both.
"""
