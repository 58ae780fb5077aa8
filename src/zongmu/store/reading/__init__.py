"""Bytes of one file to plain data with the place of everything: the file format, its hostile inputs, what is wrong with it."""
