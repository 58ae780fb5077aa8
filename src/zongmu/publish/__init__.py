"""The public site: shells by MkDocs, everything else stamped into them, one fresh tree swapped in at the end.

What the pages say of a registry comes from :mod:`zongmu.publish.released.release` and from nowhere else.
"""
