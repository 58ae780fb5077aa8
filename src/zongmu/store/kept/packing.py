"""Objects of this program as bytes, for the cache: what is dear to make and the same until the program is another.

Packed is plain data with names in it. When it is unpacked, only what this program defines itself is looked up, and a few
types that its classes are made of. This is the second lock: the first is the seal of the cache.
"""

from __future__ import annotations

import io
import pickle
from types import MethodType
from typing import Any, Final

_OTHERS: Final = frozenset({("functools", "partial"), ("datetime", "date"), ("decimal", "Decimal")})


class Unreadable(ValueError):
    """What should be unpacked is not what was packed."""


def pack(value: Any) -> bytes:
    """*value* as bytes. Raises ``TypeError`` or ``pickle.PicklingError`` for what has no name."""
    written = io.BytesIO()
    _Packer(written, pickle.HIGHEST_PROTOCOL).dump(value)
    return written.getvalue()


def unpack(data: bytes | memoryview) -> Any:
    """What was packed. Raises :class:`Unreadable`."""
    try:
        return _Unpacker(io.BytesIO(data)).load()
    except (pickle.UnpicklingError, ArithmeticError, AttributeError, EOFError, ImportError, LookupError) as problem:
        raise Unreadable(str(problem)) from None
    except (TypeError, ValueError) as problem:
        raise Unreadable(str(problem)) from None


def method(owner: Any, name: str) -> Any:
    """The method *name* of an object or a class. Raises :class:`Unreadable` for one of Python's own."""
    if name.startswith("__"):
        raise Unreadable(name)
    return getattr(owner, name)


class _Packer(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        return (method, (value.__self__, value.__name__)) if type(value) is MethodType else NotImplemented


class _Unpacker(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _OTHERS:
            return super().find_class(module, name)
        if module.startswith("zongmu."):
            found = super().find_class(module, name)
            if getattr(found, "__module__", None) == module:  # not what it imports
                return found
        raise Unreadable(f"{module}.{name}")
