"""A lawyer at the desk of the running service: acts through the same operations as the desk, on the service's database."""

from __future__ import annotations

import uuid

from cases import matters, staff
from cases.database import Database
from service import casework
from settings import Settings
from tests.stack.conftest import Stack


class DeskLawyer:
    def __init__(self, stack: Stack) -> None:
        settings = Settings(data_dir=stack.data_dir)
        self._database = Database(settings.database, secrets=settings.secrets)
        login = f"lin-{uuid.uuid4().hex[:8]}"
        with self._database.write() as session:
            self._me = staff.add(session, name="林静", login=login, password_hash="x", role="lawyer", max_load=500)

    def act(self, what: str, code: str, text: str) -> None:
        """`takes`, `says`, `waits`, `resolves` or `closes` the case with this code."""
        with self._database.write() as session:
            state = casework.case_by_code(session, code)
            assert state, code
            case = matters.get(session, state.id)
            if what == "takes":
                casework.claim(session, case.id, self._me, version=case.version)
            elif what == "says":
                casework.say_to_person(session, case.id, self._me, text, key=uuid.uuid4().hex)
            else:
                move = {"waits": casework.wait, "resolves": casework.resolve, "closes": casework.close}[what]
                move(session, case.id, self._me, version=case.version)

    def leave(self) -> None:
        """Off duty for good, so that later conversations find the desk as it was."""
        with self._database.write() as session:
            staff.change(session, self._me.id, active=False)
        self._database.close()
