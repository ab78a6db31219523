"""How long deliveries took, and which came late."""

from datetime import datetime, timedelta
from statistics import median
from typing import Iterable

from event_log import Event

PROMISED = timedelta(days=2)


def delivery_times(events: Iterable[Event]) -> dict[str, timedelta]:
    """Time from acceptance to delivery, by tracking number, for parcels that arrived."""
    accepted: dict[str, datetime] = {}
    times: dict[str, timedelta] = {}
    for event in events:
        if event.state == "accepted":
            accepted[event.number] = event.at
        elif event.state == "delivered" and event.number in accepted:
            times[event.number] = event.at - accepted[event.number]
    return times


def late_parcels(times: dict[str, timedelta]) -> list[str]:
    """Parcels that took longer than promised, the slowest first."""
    late = [number for number, time in times.items() if time > PROMISED]
    return sorted(late, key=lambda number: times[number], reverse=True)


def median_hours(times: dict[str, timedelta]) -> float:
    return median(time.total_seconds() / 3600 for time in times.values())
