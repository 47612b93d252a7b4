"""Service points kept at the desk: who may, what is refused and why, what is shown at once, what history says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from typer.testing import CliRunner

from cases import places as store
from cases.errors import InputError, NotAllowedError
from cases.places import StalePlaceError
from cases.schema import place_entries
from knowledge.places import Place, load_directory
from knowledge.places.directory import CHANGED
from knowledge.places.schema import Hours
from knowledge.places.table import as_row, values_of
from service import placekeeping
from service.placekeeping import read_directory
from service.places import places_card
from settings.clock import SHANGHAI
from tests.fakes.office import Office, open_office
from tests.unit.test_places import GOOD, HEAD, place

TODAY = date(2026, 11, 23)
ARBITRATION = {
    **as_row(load_directory().places["arbitration.longhua"]),
    "address": "测试路8号三楼",
    "source": "电话核实，值班员",
    "status": "staff",
    "source_date": "2026-11-23",
    "verified_on": "2026-11-23",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = open_office(tmp_path)
    for name, role in (("赵", "editor"), ("陈", "supervisor"), ("管", "administrator"), ("王", "lawyer")):
        opened.member(name, role)
    yield opened
    opened.database.close()


def save(office: Office, row: dict[str, str], *, seen: int | None = 0, by: str = "赵") -> Place:
    with office.database.write() as session:
        return placekeeping.save(session, office.staff[by], row, seen=seen)


def where(office: Office, text: str) -> str:
    now = office.clock.now().astimezone(SHANGHAI)
    return places_card(read_directory(office.database), now, text=text).model_dump_json()


def test_what_is_verified_at_the_desk_is_told_at_once_and_only_then(office: Office) -> None:
    assert "测试路8号" not in where(office, "劳动仲裁去哪")
    save(office, ARBITRATION)
    assert "测试路8号三楼" in where(office, "劳动仲裁去哪")
    assert "工作人员核实 2026-11-23" in where(office, "劳动仲裁去哪")
    save(office, {**ARBITRATION, "status": "unconfirmed", "address": ""}, seen=1)
    assert "测试路8号" not in where(office, "劳动仲裁去哪")
    save(office, {**ARBITRATION, "status": "closed"}, seen=2)
    assert "测试路8号" not in where(office, "劳动仲裁去哪")


def test_history_says_who_when_from_what_to_what(office: Office) -> None:
    save(office, ARBITRATION, by="陈")
    office.after(days=1)
    with office.database.write() as session:
        placekeeping.verify(session, office.staff["管"], "arbitration.longhua", seen=1)
    with office.database.read() as session:
        second, first = placekeeping.history(session, "arbitration.longhua")
    assert (second.staff_id, second.lines) == (office.staff["管"].id, ["核实过，都没变（2026-11-24）"])
    assert first.staff_id == office.staff["陈"].id
    assert second.at - first.at == timedelta(days=1)
    assert "地址：（空） → 测试路8号三楼" in first.lines
    assert "状态：没有核实（不对外显示） → 工作人员核实" in first.lines


def test_of_two_who_change_it_one_is_refused_and_nothing_is_lost(office: Office) -> None:
    save(office, ARBITRATION)
    with pytest.raises(StalePlaceError, match="刚被别人改过"):
        save(office, {**ARBITRATION, "address": "别的路9号"}, seen=0)
    assert "测试路8号三楼" in where(office, "劳动仲裁去哪")


def test_saved_as_it_stands_makes_no_version(office: Office) -> None:
    save(office, ARBITRATION)
    save(office, ARBITRATION, seen=1)
    with office.database.read() as session:
        assert len(store.history(session, "arbitration.longhua")) == 1


def test_lawyers_may_not(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        save(office, ARBITRATION, by="王")
    with office.database.write() as session:
        with pytest.raises(NotAllowedError):
            placekeeping.verify(session, office.staff["王"], "court.longhua", seen=0)
        with pytest.raises(NotAllowedError):
            placekeeping.import_table(session, office.staff["王"], (HEAD + GOOD).encode())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"verified_on": "2026-11-24"}, "不能在今天以后"),
        ({"source_date": "2027-01-01"}, "不能在今天以后"),
        ({"verified_on": "2026-02-30"}, "核实日期：日期不对"),
        ({"address": ""}, "要有地址"),
        ({"status": "unconfirmed"}, "没有核实（unconfirmed）的点"),
        ({"phone": "打总机"}, "电话：写法不对"),
        ({"name": ""}, "名称：缺少这一项"),
        ({"hours": "上午"}, "hours 看不懂"),
        ({"street": "luohu"}, "表里没有 luohu"),
        ({"latitude": "22.6"}, "坐标要写全"),
        ({"id": "Bad Id"}, "编号：写法不对"),
    ],
)
def test_what_does_not_fit_is_said_in_words(office: Office, change: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words.replace("（", ".").replace("）", ".")):
        save(office, {**ARBITRATION, **change})
    assert "测试路8号" not in where(office, "劳动仲裁去哪")


def test_a_new_point_needs_an_id_of_its_own(office: Office) -> None:
    save(office, {**ARBITRATION, "id": "aid.new"}, seen=None)
    with pytest.raises(InputError, match="已经有了"):
        save(office, {**ARBITRATION, "id": "aid.new"}, seen=None)


def test_the_queue_holds_the_never_confirmed_and_the_long_unchecked(office: Office) -> None:
    known = read_directory(office.database)
    due = [one.id for one in placekeeping.to_check(known, TODAY)]
    assert "arbitration.longhua" in due and "court.longhua" not in due
    later = [one.id for one in placekeeping.to_check(known, TODAY + timedelta(days=90))]
    assert later[-1] in ("park.civil-code", "court.longhua") and later[0] in due
    with office.database.write() as session, pytest.raises(InputError, match="没有核实过"):
        placekeeping.verify(session, office.staff["赵"], "arbitration.longhua", seen=0)


def test_a_table_is_taken_whole_or_not_at_all(office: Office) -> None:
    bad = GOOD.replace("aid.x", "aid.y").replace("2026-11-20", "2026-12-20")
    with office.database.write() as session:
        with pytest.raises(InputError, match="aid.y：核实日期"):
            placekeeping.import_table(session, office.staff["赵"], (HEAD + GOOD + bad).encode())
        with pytest.raises(InputError, match="第3行"):
            placekeeping.import_table(session, office.staff["赵"], (HEAD + GOOD + "aid.z\n").encode())
        with pytest.raises(InputError, match="没有一行"):
            placekeeping.import_table(session, office.staff["赵"], HEAD.encode())
    assert "aid.x" not in read_directory(office.database).places
    with office.database.write() as session:
        assert placekeeping.import_table(session, office.staff["赵"], (HEAD + GOOD).encode()) == 1
    assert "某路1号" in where(office, "法律援助去哪申请")


def test_a_row_of_a_strange_shape_hides_its_place(office: Office) -> None:
    save(office, {**as_row(load_directory().places["court.longhua"]), "phone": "12369"})
    with office.database.write() as session:
        session.execute(update(place_entries).values(body={"id": "court.longhua", "what": 1}))
    assert "观天路166号" not in where(office, "去哪里起诉")


days = st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True)
times = st.tuples(st.times(), st.times()).map(lambda pair: sorted(t.replace(second=0, microsecond=0) for t in pair))


@given(st.lists(st.tuples(days, times), max_size=3), st.booleans(), st.sampled_from([None, 22.65]))
def test_a_row_reads_back_as_the_same_place(
    hours: list[tuple[list[int], list]], always: bool, latitude: float | None
) -> None:
    lines = [{"days": d, "opens": a, "closes": b} for d, (a, b) in hours if a < b]
    location = {"system": "wgs84", "latitude": latitude, "longitude": 114.0} if latitude else None
    one = place(hours=lines, always_open=always, location=location, phone="0755-1")
    back = Place.model_validate(values_of(as_row(one)))
    assert back.model_copy(update={"hours": ()}) == one.model_copy(update={"hours": ()})
    assert _open(back.hours) == _open(one.hours)


def _open(hours: tuple[Hours, ...]) -> set[tuple]:
    return {(day, line.opens, line.closes) for line in hours for day in line.days}


def test_the_export_goes_back_over_the_files(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xiaofa import places as command

    save(office, ARBITRATION)
    monkeypatch.setattr(command, "_database", lambda: office.database)
    folder = tmp_path / "places"
    folder.mkdir()
    for name in ("matters.yml", "streets.yml", "longhua.yml"):
        (folder / name).write_text((Path(command.FOLDER) / name).read_text("utf-8"), "utf-8")
    done = CliRunner().invoke(command.app, ["export", "--out", str(folder / CHANGED)])
    assert done.exit_code == 0, done.output
    assert [row["id"] for row in yaml.safe_load((folder / CHANGED).read_text("utf-8"))] == ["arbitration.longhua"]
    assert load_directory.__wrapped__(folder).places["arbitration.longhua"].address == "测试路8号三楼"
