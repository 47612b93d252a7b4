"""A member of the staff types «绑定 <code>», the code from their account page at the desk: notices come here from then on."""

from __future__ import annotations

from bot import consent
from bot.channels.wechat import texts
from bot.channels.wechat.offers import TARGET
from cases import people, receipts, throttle
from cases.database import Database
from service import casework


def bind(database: Database, openid: str, key: str, code: str) -> str | None:
    """What to answer to the push `key`; None when this account has not agreed yet: consent comes first. Guessing is slowed
    down per account, and a copy of the push gets the same answer."""
    with database.write() as session:
        person = people.find(session, channel=TARGET, value=openid)
        if person is None or person.consent_version != consent.VERSION:
            return None
        known = receipts.find(session, TARGET, key)
        if known:
            return texts.RECEIPTS[known]
        guesses = f"binding:{person.id}"
        if throttle.wait(session, guesses):
            return texts.SLOW_DOWN
        found = casework.bind_by_code(session, code, person.id)
        if found:
            throttle.clear(session, guesses)
        else:
            throttle.failed(session, guesses)
        answer = "bound" if found else "not_bound"
        receipts.record(session, TARGET, key, answer)
        return texts.RECEIPTS[answer]
