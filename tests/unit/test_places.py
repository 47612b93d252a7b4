"""The directory of service points: coordinates, what is shown, tables from staff."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.places import Directory, Place, Point, load_directory
from knowledge.places.geo import metres
from knowledge.places.table import COLUMNS, read_table
from service.places import GENERAL, line, places_card
from settings.clock import SHANGHAI

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
WEEK = [{"days": [1, 2, 3, 4, 5], "opens": "09:00", "closes": "12:00"}]
latitudes = st.floats(20, 45)
longitudes = st.floats(80, 130)


def place(id_: str = "aid.test", **fields: object) -> Place:
    base = {
        "kind": "legal_aid",
        "name": "测试法律援助点",
        "matters": ["legal_aid"],
        "source": "测试",
        "status": "official",
    }
    dates = {"source_date": date(2026, 11, 1), "verified_on": date(2026, 11, 1), "address": "测试路1号"}
    return Place.model_validate({"id": id_, **base, **dates, **fields})


def at(latitude: float, longitude: float = 114.03) -> Point:
    return Point(system="gcj02", latitude=latitude, longitude=longitude)


def directory(*places: Place) -> Directory:
    known = load_directory()
    return Directory(places, known.matters.values(), known.streets.values())


@given(latitudes, longitudes)
def test_there_and_back_is_the_same_place(latitude: float, longitude: float) -> None:
    point = Point(system="wgs84", latitude=latitude, longitude=longitude)
    assert metres(point, point.to_gcj02()) < 0.01  # one place in two systems
    back = point.to_gcj02().to_wgs84()
    assert abs(back.latitude - latitude) < 1e-7 and abs(back.longitude - longitude) < 1e-7


@pytest.mark.parametrize(
    ("satellite", "chinese"),
    [  # the published pairs of googollee/eviltransform: Shanghai, Shenzhen, Beijing
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ],
)
def test_the_shift_is_the_published_one(satellite: tuple[float, float], chinese: tuple[float, float]) -> None:
    shifted = Point(system="wgs84", latitude=satellite[0], longitude=satellite[1]).to_gcj02()
    assert (shifted.latitude, shifted.longitude) == pytest.approx(chinese, abs=1e-9)


def test_the_systems_are_never_mixed_up() -> None:
    chinese, satellite = at(22.65), Point(system="wgs84", latitude=22.65, longitude=114.03)
    assert 500 < metres(chinese, satellite) < 700  # the same numbers are 600 m apart
    abroad = Point(system="wgs84", latitude=1.29, longitude=10.0)
    assert abroad.to_gcj02().latitude == 1.29


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_the_same_both_ways(a: float, b: float, c: float, d: float) -> None:
    one, other = at(a, b), at(c, d)
    assert metres(one, other) == pytest.approx(metres(other, one))
    assert metres(one, one) == 0


@pytest.mark.parametrize("field", ["address", "phone", "location"])
def test_an_unconfirmed_point_can_hold_no_fact(field: str) -> None:
    values = {"address": "某路1号", "phone": "0755-1234567", "location": at(22.6)}
    with pytest.raises(ValidationError, match="没有核实"):
        place(status="unconfirmed", **{"address": None, field: values[field]})


def test_the_real_directory_shows_nothing_unconfirmed() -> None:
    known = load_directory()
    assert {p.status for p in known.places.values()} >= {"unconfirmed", "official"}
    for matter in known.matters:
        card = places_card(known, MONDAY, matter=matter)
        text = card.model_dump_json()
        assert len(card.conclusion) <= 120 and card.where
        hidden = [p for p in known.places.values() if p.status == "unconfirmed"]
        assert not any(p.name in text for p in hidden)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("龙华法院在哪里", "观天路166号"),
        ("去哪里起诉", "观天路166号"),
        ("劳动仲裁在哪里办", "没有核实"),
        ("法律援助处地址", "没有核实"),
        ("离婚登记去哪", "没有核实"),
        ("民法公园怎么走", "福城街道"),
    ],
)
def test_a_matter_in_peoples_words(text: str, words: str) -> None:
    assert words in places_card(load_directory(), MONDAY, text=text).conclusion


def test_without_a_matter_it_asks() -> None:
    card = places_card(load_directory(), MONDAY, text="我在民治，附近有地方吗")
    assert [c.label for c in card.choices][:2] == ["打官司（立案）", "劳动仲裁"]
    assert "民治街道" in card.conclusion and "没有核实" in card.conclusion or "核实到位置" in card.conclusion


def test_a_street_alone_names_the_confirmed_points_there() -> None:
    there = place("aid.b", street="minzhi", name="民治法援站", address="测试路2号", hours=WEEK)
    known = directory(place("aid.a", street="dalang", name="大浪法援站"), there)
    card = places_card(known, MONDAY, text="我在民治")
    assert [line_.split("；")[0] for line_ in card.where] == ["民治法援站", GENERAL]
    assert "测试路2号" in card.where[0] and "现在开着" in card.where[0]
    assert card.conclusion.startswith("您要办什么事") and card.choices
    assert "观湖街道里的服务点还没有核实到" in places_card(known, MONDAY, text="我在观湖").conclusion


@pytest.mark.parametrize(("hour", "state"), [(10, "现在开着"), (20, "现在不开")])
def test_a_location_alone_is_told_by_the_clock_whether_it_is_open(hour: int, state: str) -> None:
    known = directory(place(location=at(22.66), hours=WEEK))
    card = places_card(known, MONDAY.replace(hour=hour), near=at(22.65))
    assert state in card.where[0] and "直线约1.1公里" in card.where[0]


def test_the_nearest_open_point_comes_first() -> None:
    days = [1, 2, 3, 4, 5]
    shut = place("aid.shut", location=at(22.651), hours=[{"days": [6], "opens": "09:00", "closes": "12:00"}])
    near = place("aid.near", location=at(22.66), hours=[{"days": days, "opens": "09:00", "closes": "12:00"}])
    far = place("aid.far", location=at(22.70), always_open=True)
    unknown = place("aid.nowhere")
    found = directory(far, unknown, shut, near).find(matter="legal_aid", near=at(22.65), now=MONDAY, most=9)
    assert [hit.place.id for hit in found] == ["aid.near", "aid.far", "aid.nowhere", "aid.shut"]
    card = places_card(directory(far, near), MONDAY, text="法律援助", near=at(22.65))
    assert "直线约1.1公里" in card.where[0] and "现在开着" in card.where[0] and "uri.amap.com" in card.where[0]


def test_points_of_the_street_come_first() -> None:
    known = directory(place("aid.a", street="dalang"), place("aid.b", street="minzhi"))
    found = known.find(matter="legal_aid", street="minzhi")
    assert [hit.place.id for hit in found] == ["aid.b", "aid.a"]


def test_what_is_long_unchecked_says_so() -> None:
    old = place(verified_on=date(2026, 8, 1))
    from knowledge.places import Found

    assert "出门前先电话确认" in line(Found(old), MONDAY)
    assert "出门前先电话确认" not in line(Found(place()), MONDAY)
    assert old.due(date(2026, 11, 23)) and not place().due(date(2026, 11, 23))


def test_hours_are_local() -> None:
    point = place(hours=[{"days": [1], "opens": "09:00", "closes": "12:00"}])
    noon = datetime(2026, 11, 23, 4, 0, tzinfo=UTC).astimezone(SHANGHAI)
    assert point.open_at(noon) is False and point.open_at(MONDAY) is True
    assert place().open_at(MONDAY) is None


HEAD = (
    "id,kind,name,matters,street,address,phone,hours,system,latitude,longitude,source,source_date,verified_on,status\n"
)
GOOD = "aid.x,legal_aid,某法援站,legal_aid legal_advice,minzhi,某路1号,0755-12345678,1-5 09:00-12:00; 1-5 14:00-18:00,gcj02,22.65,114.03,来源,2026-11-01,2026-11-20,official\n"


def test_a_table_is_read() -> None:
    places, errors = read_table((HEAD + GOOD).encode("gb18030"), load_directory())
    assert not errors
    assert [str(h) for h in places[0].hours] == ["周一至周五 09:00–12:00", "周一至周五 14:00–18:00"]
    assert places[0].location == at(22.65)


@pytest.mark.parametrize(
    ("line_", "words"),
    [
        (GOOD.replace("minzhi", "luohu"), "第2行：表里没有 luohu"),
        (GOOD.replace("legal_advice", "magic"), "第2行：表里没有 magic"),
        (GOOD.replace("2026-11-01", "2026-13-01"), "第2行：source_date"),
        (GOOD.replace("gcj02", ""), "坐标要写全"),
        (GOOD.replace("gcj02", "bd09"), "第2行：location.system"),
        (GOOD.replace("1-5 09:00-12:00", "上午"), "hours 看不懂"),
        (GOOD.replace("1-5 09:00-12:00", "1-5 12:00-09:00"), "第2行：hours.0"),
        (GOOD.replace("official", "unconfirmed"), "没有核实"),
        (GOOD.replace("aid.x", "court.longhua"), "已经有了"),
        (GOOD.strip() + ",多一格\n", "格子比表头多"),
    ],
)
def test_each_mistake_in_a_table_names_its_line(line_: str, words: str) -> None:
    assert line_ != GOOD
    _, errors = read_table((HEAD + line_).encode(), load_directory())
    assert any(words in error for error in errors), errors


def test_a_table_that_is_none() -> None:
    for data in (b"", b"a,b\n1,2\n", b"\xff\xfe\xff"):
        places, errors = read_table(data, load_directory())
        assert not places and errors[0].startswith("第1行")


@given(st.binary(max_size=300))
def test_no_bytes_break_the_table(data: bytes) -> None:
    read_table(",".join(COLUMNS).encode() + b"\n" + data, load_directory())
