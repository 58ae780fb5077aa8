"""How a hygiene code is written down: id, title, message and next step in both languages."""

from __future__ import annotations

from zongmu.policy import Bilingual, Code


def code(
    id: str, title: tuple[str, str], message: tuple[str, str], next_step: tuple[str, str], *, sensitive: bool = False
) -> Code:
    """A code from pairs of Chinese and English."""
    return Code(id, Bilingual(*title), Bilingual(*message), Bilingual(*next_step), sensitive)
