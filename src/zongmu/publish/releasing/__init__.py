"""A release on its way out: what it would make public, what is read and signed before, what becomes of the tree outside.

The outer side knows neither registry nor law: :mod:`applied`, :mod:`withdrawing`, :mod:`scrubbing`, :mod:`bereft` and
:mod:`relisting` work on the public tree alone.
"""
