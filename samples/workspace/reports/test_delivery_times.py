from datetime import datetime, timedelta

from delivery_times import delivery_times, late_parcels
from event_log import Event


def test_a_parcel_is_late_after_two_days():
    start = datetime(2025, 3, 3, 9, 0)
    events = [
        Event("PD1", "accepted", start),
        Event("PD2", "accepted", start),
        Event("PD1", "delivered", start + timedelta(days=1)),
        Event("PD2", "delivered", start + timedelta(days=3)),
    ]
    assert late_parcels(delivery_times(events)) == ["PD2"]
