"""What reading a zip that somebody sent may raise."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from typing import Final

DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,  # cut short
    KeyError,  # an entry that the directory does not have
    NotImplementedError,  # a version or a method from elsewhere
    OverflowError,
    RuntimeError,  # encrypted
    ValueError,  # an offset before the beginning; a name that is no text
)
"""Of a zip that is damaged, encrypted or made to mislead. What the disk raises (``OSError``) is not among them."""
