"""The service clock over lunch, nights, weekends, holidays, swapped days and years nobody has published."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.casework.office import holidays, office_of, read_spans
from service.casework.promise import said
from settings.clock import SHANGHAI

OFFICE = office_of("09:00-12:00,14:00-18:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-24 10:00", 1, "2026-11-24 11:00"),
        ("2026-11-24 11:30", 1, "2026-11-24 14:30"),  # over lunch
        ("2026-11-24 17:00", 4, "2026-11-25 12:00"),  # over night
        ("2026-11-24 23:00", 1, "2026-11-25 10:00"),
        ("2026-11-27 17:30", 1, "2026-11-30 09:30"),  # over a weekend
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),  # over the national holiday
        ("2026-10-09 17:00", 2, "2026-10-10 10:00"),  # a Saturday that is worked
        ("2026-02-14 16:00", 3, "2026-02-24 10:00"),  # Spring Festival; the Saturday before is worked
        ("2026-11-24 10:00", 0, "2026-11-24 10:00"),
    ],
)
def test_working_hours_later(start: str, hours: float, end: str) -> None:
    assert OFFICE.add(at(start), hours) == at(end)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-24 10:00", "2026-11-24 10:00"),
        ("2026-11-24 12:00", "2026-11-24 14:00"),
        ("2026-11-24 18:00", "2026-11-25 09:00"),
        ("2026-10-01 10:00", "2026-10-08 09:00"),
        ("2026-09-20 08:00", "2026-09-20 09:00"),  # a Sunday that is worked
    ],
)
def test_when_it_opens(moment: str, opens: str) -> None:
    assert OFFICE.next_open(at(moment)) == at(opens)
    assert OFFICE.is_open(at(moment)) == (moment == opens)


def test_a_year_that_is_not_published_knows_weekends_only_and_says_so() -> None:
    assert 2027 not in holidays()
    assert OFFICE.works_on(date(2027, 1, 1))  # a Friday
    assert not OFFICE.works_on(date(2027, 1, 2))
    assert "还没有公布" in said(at("2027-01-04 10:00"), OFFICE)
    assert said(at("2026-12-31 10:00"), OFFICE) == "12月31日（星期四）10:00"


def test_the_holidays_fit_the_calendar() -> None:
    for year, days in holidays().items():
        assert all(day.year == year and day.weekday() < 5 for day in days.free)
        assert all(day.year == year and day.weekday() >= 5 for day in days.working)
        assert days.source


@given(st.integers(0, 500 * 24 * 60), st.floats(0.1, 30))
def test_later_is_later_and_inside_the_hours(minutes: int, hours: float) -> None:
    begin = at("2026-01-01 00:00") + timedelta(minutes=minutes)
    end = OFFICE.add(begin, hours)
    assert end > begin
    assert OFFICE.is_open(end) or end.time() in {span[1] for span in OFFICE.spans}
    assert OFFICE.add(begin, hours + 1) > end


@pytest.mark.parametrize("text", ["", "09:00", "12:00-09:00", "09:00-12:00,11:00-18:00", "x-y"])
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_spans(text)
