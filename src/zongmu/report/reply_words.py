"""Where the reply to a question stands, in words with its count of working days."""

from __future__ import annotations

from zongmu.model.finding import Bilingual, counted
from zongmu.model.periods.reply_clock import ReplyClock, State


def clock_words(clock: ReplyClock) -> Bilingual:
    """Where a reply stands, and the working days taken, left, gone by or past the last day."""
    n, late = clock.days, clock.late
    days = counted(n, "working day")
    words: dict[State, tuple[str, str]] = {
        "in_time": (f"按期答复，用 {n} 个工作日", f"replied in time, in {days}"),
        "late": (f"迟 {late} 个工作日答复，用 {n} 个工作日", f"replied {counted(late, 'working day')} late, in {days}"),
        "overdue": (f"逾期 {n} 个工作日未答复", f"no reply, {days} overdue"),
        "answered": (f"已答复，用 {n} 个工作日", f"replied in {days}"),
        "open": (f"还有 {n} 个工作日", f"{days} left") if n else ("今天到期", "due today"),
        "waiting": (f"待答复，已过 {n} 个工作日", f"no reply yet, {days} gone by"),
    }
    return Bilingual(*words[clock.state])
