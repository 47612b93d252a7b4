"""What is said about a meeting face to face: which point, which day, which time, booked, moved, cancelled, tomorrow."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from cases.appointments import Appointment
from cases.database import Session
from knowledge.places import Place
from service.cards import Card, CardChoice
from service.case_cards import HOTLINE, Stands, offer
from service.casework.openings import DAYS_AHEAD, Slot
from service.choices import choice
from settings.clock import SHANGHAI

LABEL = "约个时间见面"
MOST_DAYS, MOST_TIMES, MOST_PLACES = 8, 16, 8
BRING = "带上身份证和手上的材料。去不了，提前说“取消预约”，把时间让给别人。"
_KEY = "calendar"


def target(case_id: str, *rest: str) -> str:
    """The choice that goes on choosing: a point, then a day (20261201)."""
    return ":".join(("case:meet", case_id, *rest))


def moment(at: datetime) -> str:
    """12月1日（周二）09:30."""
    local = at.astimezone(SHANGHAI)
    return f"{day_words(local.date())}{local:%H:%M}"


def day_words(day: date) -> str:
    return f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"


def which_place(case_id: str, places: Sequence[Place], day: date | None) -> Card:
    rest = (day.strftime("%Y%m%d"),) if day else ()
    shown = places[:MOST_PLACES]
    return Card(
        kind="handoff",
        title="约见面：选地点",
        conclusion="想去哪里见面？下面都是核实过地址、现在有空的地方。",
        where=[f"{place.name}：{place.address}" for place in shown],
        choices=[choice(n, place.name, target(case_id, place.id, *rest)) for n, place in enumerate(shown, 1)],
    )


def which_day(case_id: str, place: Place, days: Mapping[date, Sequence[Slot]], lead: str = "") -> Card:
    shown = list(days.items())[:MOST_DAYS]
    return Card(
        kind="handoff",
        title="约见面：选日子",
        conclusion=f"{lead}哪天方便？",
        where=[f"{place.name}：{place.address}"],
        choices=[
            choice(n, f"{day_words(day)}　{_left(slots)}", target(case_id, place.id, day.strftime("%Y%m%d")))
            for n, (day, slots) in enumerate(shown, 1)
        ],
    )


def which_time(case_id: str, place: Place, day: date, slots: Sequence[Slot]) -> Card:
    shown = slots[:MOST_TIMES]
    picks = [
        choice(n, f"{_local(slot.starts_at):%H:%M}–{_local(slot.starts_at + timedelta(minutes=slot.minutes)):%H:%M}",
               f"case:book:{case_id}:{place.id}:{_local(slot.starts_at):%Y%m%d%H%M}")
        for n, slot in enumerate(shown, 1)
    ]  # fmt: skip
    picks.append(choice(len(picks) + 1, "换一天", target(case_id, place.id)))
    return Card(
        kind="handoff",
        title=f"约见面：{day_words(day)}",
        conclusion="几点方便？选一个，就约好了。",
        where=[f"{place.name}：{place.address}"],
        choices=picks,
    )


def booked(one: Appointment, place: Place | None, code: str, *, moved: bool, link: str) -> Card:
    return Card(
        kind="handoff",
        title="改好了" if moved else "约好了",
        conclusion=f"{'改到' if moved else '约在'}{moment(one.starts_at)}，大约 {one.minutes} 分钟。",
        steps=[BRING, *(["前一天会在这里提醒您。"] if one.remind_on else [])],
        where=[where(place)],
        attachments=[link],
        case_code=code,
    )


def standing(case: Stands, ahead: Sequence[tuple[Appointment, Place | None, str]]) -> Card:
    """What the person has booked, and what can be done with it."""
    one, place, link = ahead[0]
    return Card(
        kind="handoff",
        title="您约好的见面",
        conclusion=f"约在{moment(one.starts_at)}，大约 {one.minutes} 分钟。",
        steps=[*(f"还有一次：{moment(other.starts_at)}" for other, _, _ in ahead[1:]), BRING],
        where=[where(place)],
        attachments=[link],
        case_code=case.code,
        choices=[
            choice(1, "换个时间", target(case.id)),
            *(choice(n, f"取消 {moment(o.starts_at)} 的见面", f"case:unbook:{o.id}") for n, (o, _, _) in enumerate(ahead, 2)),
            choice(len(ahead) + 2, "不改了", "case:stay"),
        ],
    )  # fmt: skip


def stays() -> Card:
    return Card(kind="notice", title="没有改", conclusion="好，都照旧。")


def cancelled(one: Appointment, case_id: str) -> Card:
    return Card(
        kind="handoff",
        title="取消了",
        conclusion=f"{moment(one.starts_at)}的见面取消了。案件照旧，律师接着办。",
        choices=[choice(1, LABEL, target(case_id))],
    )


def called_off(one: Appointment, code: str, case_id: str, reason: str, *, again: bool) -> Card:
    """The staff, or the end of the case, cancelled it."""
    return Card(
        kind="handoff",
        title="见面取消了",
        conclusion=f"很抱歉，{moment(one.starts_at)}约好的见面取消了，请不要过去。",
        steps=[f"原因：{reason}"],
        where=[HOTLINE],
        case_code=code,
        choices=[choice(1, "另约时间", target(case_id))] if again else [],
    )


def reminder(one: Appointment, place: Place | None, code: str, today: date, *, link: str) -> Card:
    """The day before: a time and an address, not what it is about."""
    when = "今天" if _local(one.starts_at).date() == today else "明天"
    address = place.address if place and place.shown else None
    return Card(
        kind="handoff",
        title="提醒",
        conclusion=f"{when}{moment(one.starts_at)}有一个约好的见面。去不了，请回复“取消预约”。",
        where=[f"地址：{address}" if address else UNSURE],
        attachments=[link],
        case_code=code,
    )


UNSURE = "地址有变动、正在核实：出门前请先在这里问一声，或拨 12348。"


def where(place: Place | None) -> str:
    return f"{place.name}：{place.address}" if place and place.shown and place.address else UNSURE


def gone(case_id: str, place_id: str) -> Card:
    """Somebody was faster, or the hours changed."""
    return Card(
        kind="handoff",
        title="这个时间没有了",
        conclusion="这个时间刚被别人约走，或者不再接待了，没有约上。请换一个。",
        choices=[choice(1, "看别的时间", target(case_id, place_id))],
    )


def no_free(place: Place | None = None) -> Card:
    here = f"{place.name}" if place else "各个服务点"
    return Card(
        kind="handoff",
        title="暂时约不上",
        conclusion=f"{here}这两周没有空的见面时间。过几天再来问；律师接手后也会在这里和您商量怎么见面。",
        steps=["着急见人：拨 12348，问清地址和时间再去。"],
        where=[HOTLINE],
    )


def day_problem(day: date | None, today: date) -> str:
    """Why a day that was named cannot be booked; empty when only its times are gone."""
    if day is None:
        return "您说的那天日历上没有。"
    if day < today:
        return f"{day_words(day)}已经过去了。"
    if day > today + timedelta(days=DAYS_AHEAD):
        return f"现在只能约 {DAYS_AHEAD} 天以内的。"
    return f"{day_words(day)}没有空的时间。"


def which_case(cases: Sequence[Stands]) -> Card:
    return Card(
        kind="handoff",
        title="为哪一件约见面",
        conclusion="您有几件案件，为哪一件约见面？",
        choices=[choice(n, f"{case.code} 这件", target(case.id)) for n, case in enumerate(cases, 1)],
    )


def not_yours(code: str) -> Card:
    """The code of somebody else's case, or of one's own on another device: the two look the same from here."""
    return Card(
        kind="notice",
        title="不能用这个编号约",
        conclusion=f"编号 {code} 的案件不是在这里转给律师的，约见面要本人在原来的对话里约。",
        steps=["换了手机或微信的，回到原来那个对话里说“约个时间见面”。", "回不去了，拨 12348 说明情况。"],
        where=[HOTLINE],
    )


def no_case() -> Card:
    return Card(
        kind="notice",
        title="先转给律师",
        conclusion="见面是和律师谈您的事：先转给律师（几个小问题），有了编号就能约时间。",
        where=[HOTLINE],
        choices=[offer()],
    )


def nothing_booked(cases: Sequence[Stands]) -> Card:
    """Asked for or cancelled, but nothing is booked."""
    picks: list[CardChoice] = [choice(1, LABEL, target(cases[0].id))] if len(cases) == 1 else []
    elsewhere = "换了手机或微信的，回到原来那个对话里说；回不去了，拨 12348 说明情况。"
    return Card(
        kind="notice",
        title="没有约见面",
        conclusion="您现在没有约好的见面。" if cases else "这里没有您约好的见面，不用取消。",
        steps=[] if cases else [elsewhere],
        where=[] if cases else [HOTLINE],
        choices=picks if cases else [offer()],
    )


def link(session: Session, one: Appointment) -> str:
    """The calendar file's address: whoever holds it may fetch it, nobody can guess one."""
    return f"/appointment/{one.id}-{_mac(session, one.id)}.ics"


def read_link(session: Session, token: str) -> str | None:
    """The appointment's id, or None when the token is not ours."""
    id_, _, mac = token.rpartition("-")
    return id_ if id_ and hmac.compare_digest(mac.encode(), _mac(session, id_).encode()) else None


def _mac(session: Session, id_: str) -> str:
    return session.keys.lookup(_KEY, id_).hex()[:32]


def _left(slots: Sequence[Slot]) -> str:
    first, last = _local(slots[0].starts_at), _local(slots[-1].starts_at)
    return f"{first:%H:%M} 起，{len(slots)} 个时间" if first != last else f"{first:%H:%M}"


def _local(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI)
