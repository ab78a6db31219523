"""Reads the desk's event log."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Iterator


@dataclass(frozen=True)
class Event:
    number: str
    state: str
    at: datetime


def read_events(path: Path) -> Iterator[Event]:
    """Yields the events in the order they were written; a line cut short by a crash is left out."""
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        yield Event(row["number"], row["state"], datetime.fromisoformat(row["at"]))
