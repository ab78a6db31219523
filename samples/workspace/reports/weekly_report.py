"""Prints the week's report: python reports/weekly_report.py events.log"""

import sys
from pathlib import Path

from delivery_times import delivery_times, late_parcels, median_hours
from event_log import read_events


def main(log: Path) -> None:
    times = delivery_times(read_events(log))
    if not times:
        print("Nothing was delivered.")
        return
    print(f"{len(times)} delivered, {median_hours(times):.1f} hours in the middle")
    for number in late_parcels(times):
        print(f"late: {number} ({times[number]})")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
