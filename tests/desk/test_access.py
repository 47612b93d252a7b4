"""Every page and endpoint as every role and as nobody; ids guessed; forms from elsewhere; sessions planted."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import httpx
import pyotp
import pytest
from sqlalchemy import select

from cases import staff_sessions
from cases.schema import audit
from desk.access import DOORS, HOME
from service import accounts, casework
from tests.desk.conftest import Served, _application, sign_in
from tests.fakes.desk import STAFF

PAGES = [door for door in DOORS if "{" not in door.path]
ROLES = {role: login for login, (_, role, _) in reversed(STAFF.items())}  # the first of each role


@pytest.fixture(scope="module")
def signed_in(desk: Served) -> Iterator[dict[str, httpx.Client]]:
    with ExitStack() as stack:
        yield {role: stack.enter_context(desk.session_of(login)) for role, login in ROLES.items()}


@pytest.mark.parametrize("path", [door.path for door in DOORS])
def test_nobody_gets_past_the_door(desk: Served, path: str) -> None:
    with desk.visitor() as client:
        answer = client.get(path.replace("{", "").replace("}", ""))
        assert answer.status_code in (303, 401)
        assert answer.headers.get("location", "/sign-in") == "/sign-in"
        assert client.post(path).status_code in (401, 405)


@pytest.mark.parametrize("role", list(ROLES))
@pytest.mark.parametrize("door", PAGES, ids=lambda door: door.path)
def test_each_page_opens_for_its_roles_alone(signed_in: dict[str, httpx.Client], door, role: str) -> None:  # type: ignore[no-untyped-def]
    answer = signed_in[role].get(door.path)
    assert answer.status_code == (200 if role in door.roles else 403)


@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_lands_on_a_page_it_may_open(signed_in: dict[str, httpx.Client], role: str) -> None:
    answer = signed_in[role].get("/sign-in")
    assert answer.headers["location"] == HOME[role]
    assert signed_in[role].get(HOME[role]).status_code == 200


def test_the_queue_and_an_untaken_case_name_nobody(desk: Served, signed_in: dict[str, httpx.Client]) -> None:
    case = desk.cases["甲"]
    for path in ("/", f"/cases/{case.id}"):
        page = signed_in["lawyer"].get(path).text
        assert "十二个人都没拿到" not in page and "富士精密" not in page and "13800138000" not in page
        assert case.code not in page


def test_another_lawyers_case_is_shut(desk: Served, signed_in: dict[str, httpx.Client]) -> None:
    case = desk.cases["丙"]
    with desk.database.write() as session:
        casework.claim(session, case.id, desk.member("li"), version=1)
    page = signed_in["lawyer"].get(f"/cases/{case.id}")
    assert "押金 6000 元不退" not in page.text and case.code not in page.text
    assert case.code in signed_in["supervisor"].get(f"/cases/{case.id}").text
    with desk.session_of("li") as owner:
        assert case.code in owner.get(f"/cases/{case.id}").text


@pytest.mark.parametrize("path", ["/cases/k_" + "0" * 32, "/cases/..%2f..%2fetc", "/cases/1", "/editor/drafts/1"])
def test_guessed_ids_find_nothing(signed_in: dict[str, httpx.Client], path: str) -> None:
    assert signed_in["supervisor"].get(path).status_code == 404


def test_guessed_attachments_find_nothing_and_files_are_saved_not_shown(
    desk: Served, signed_in: dict[str, httpx.Client]
) -> None:
    assert signed_in["lawyer"].get("/attachments/a_" + "0" * 32).status_code == 404
    case, owner = desk.cases["丁"], desk.member("li")
    with desk.database.write() as session:
        casework.claim(session, case.id, owner, version=1)
        content = b"%PDF-1.4 <script>alert(1)</script>"
        name = '借条"><script>.pdf'
        id_ = casework.attach(session, desk.settings.data_dir, case.id, owner, name=name, content=content)
    assert signed_in["lawyer"].get(f"/attachments/{id_}").status_code == 404
    assert signed_in["editor"].get(f"/attachments/{id_}").status_code == 403
    with desk.session_of("li") as client:
        answer = client.get(f"/attachments/{id_}")
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "<" not in answer.headers["content-disposition"] and "\n" not in answer.headers["content-disposition"]
    assert (
        answer.headers["x-content-type-options"] == "nosniff" and "sandbox" in answer.headers["content-security-policy"]
    )


def test_all_of_one_person_goes_out_by_a_supervisor_alone_and_is_audited(desk: Served) -> None:
    path = f"/people/{desk.cases['甲'].id}.zip"
    for login in ("wang", "zhao", "admin"):
        with desk.session_of(login) as client:
            assert client.get(path).status_code == 403
    with desk.session_of("chen") as client:
        assert path in client.get(f"/cases/{desk.cases['甲'].id}").text
        answer = client.get(path)
    assert answer.headers["content-disposition"].startswith("attachment;")
    told = json.loads(zipfile.ZipFile(io.BytesIO(answer.content)).read("信息.json"))
    assert told["cases"][0]["contact"]["phone"] == "13800138000"
    with desk.database.read() as session:
        assert (
            desk.member("chen").id
            in session.execute(select(audit.c.actor).where(audit.c.kind == "person_exported")).scalars()
        )


def test_the_table_is_text(signed_in: dict[str, httpx.Client]) -> None:
    answer = signed_in["supervisor"].get("/board.csv")
    assert answer.status_code == 200 and answer.text.startswith("\ufeff类别")
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_form_from_elsewhere_does_not_sign_in(desk: Served) -> None:
    with desk.visitor() as client:
        values = {"login": "wang", "password": "desk-pass-2026", "form": "made up"}
        assert client.post("/sign-in", data=values).status_code == 403
        client.get("/sign-in")
        values["form"] = client.cookies["xd_form"]
        assert client.post("/sign-in", data=values, headers={"origin": "https://evil.example"}).status_code == 403
        assert "xd_session" not in client.cookies


def test_a_form_from_elsewhere_does_not_sign_out(desk: Served) -> None:
    with desk.session_of("wang") as client:
        assert client.post("/sign-out", data={"csrf": "made up"}).status_code == 403
        assert client.get("/").status_code == 200


def test_the_session_is_new_at_each_sign_in_and_the_old_one_dead(desk: Served) -> None:
    with desk.visitor() as client:
        client.cookies.set("xd_session", "planted", domain="127.0.0.1")
        sign_in(client, "wang")
        first = [c.value for c in client.cookies.jar if c.name == "xd_session" and c.value != "planted"][0]
    with desk.visitor() as other:
        other.cookies.set("xd_session", first, domain="127.0.0.1")
        other.get("/sign-in")
        values = {"login": "wang", "password": "desk-pass-2026", "form": other.cookies.get("xd_form") or "x"}
        other.cookies.set("xd_form", values["form"], domain="127.0.0.1")
        assert other.post("/sign-in", data=values).status_code == 303
    with desk.visitor() as late:
        late.cookies.set("xd_session", first, domain="127.0.0.1")
        assert late.get("/").status_code == 303
    with desk.visitor() as planted:
        planted.cookies.set("xd_session", "planted", domain="127.0.0.1")
        assert planted.get("/").status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Served) -> None:
    with desk.visitor() as client:
        cookie = [c for c in sign_in(client, "wang").headers.get_list("set-cookie") if c.startswith("xd_session=")][0]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie


def test_wrong_passwords_wait_and_unknown_logins_look_the_same(desk: Served) -> None:
    with desk.visitor() as client:
        unknown = sign_in(client, "nobody-here", "wrong wrong wrong")
        wrong = sign_in(client, "qian", "wrong wrong wrong")
        assert unknown.status_code == wrong.status_code == 401
        assert "登录名、密码或动态码不对" in unknown.text and "登录名、密码或动态码不对" in wrong.text
        for _ in range(5):
            answer = sign_in(client, "qian", "wrong wrong wrong")
        assert "试错太多次" in sign_in(client, "qian").text  # even the right one waits
        assert answer.status_code == 401


def test_the_second_factor_is_asked_and_works_once(desk: Served) -> None:
    secret, member = pyotp.random_base32(), desk.member("zhao")
    with desk.database.write() as session:
        accounts.set_second_factor(session, member.id, secret, actor="system")
    try:
        with desk.visitor() as client:
            assert "请输入动态码" in sign_in(client, "zhao").text
            code = pyotp.TOTP(secret).at(desk.database.clock.now())
            assert sign_in(client, "zhao", code="000000" if code != "000000" else "111111").status_code == 401
            assert sign_in(client, "zhao", code=code).status_code == 303
        with desk.visitor() as again:
            assert sign_in(again, "zhao", code=code).status_code == 401
    finally:
        with desk.database.write() as session:
            accounts.set_second_factor(session, member.id, None, actor="system")


def test_idle_and_old_sessions_end(desk: Served) -> None:
    with desk.database.write() as session:
        token = staff_sessions.start(session, desk.member("wang").id)
        hash_ = staff_sessions.hash_of(token)
        now = session.now
        for later, alive in ((timedelta(minutes=59), True), (staff_sessions.IDLE, False)):
            session.now = now + later
            assert (staff_sessions.find(session, hash_) is not None) is alive
        for hours in range(1, 12):  # in use all day, and over at its end all the same
            session.now = now + timedelta(hours=hours) - timedelta(minutes=hours)
            assert staff_sessions.find(session, hash_)
            staff_sessions.touch(session, hash_)
        session.now = now + staff_sessions.ABSOLUTE
        assert staff_sessions.find(session, hash_) is None
        session.now = now


def test_security_headers_are_on_every_answer(desk: Served) -> None:
    with desk.visitor() as client:
        for path in ("/sign-in", "/", "/static/desk.css", "/healthz"):
            headers = client.get(path).headers
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
        assert client.get("/openapi.json").status_code in (303, 404)
        assert client.get("/static/../app.py").status_code in (303, 404)


def test_a_socket_without_a_session_is_refused(desk: Served) -> None:
    with desk.visitor() as client:
        path = "/_nicegui_ws/socket.io/?EIO=4&transport=polling&client_id=x"
        assert client.get(path).status_code == 401
    with desk.session_of("wang") as client, desk.session_of("li") as other:
        named = re.search(r"client_id['\"]?: ?['\"]([0-9a-f-]{36})", client.get("/").text)
        assert named, "the page names its client"
        path = f"/_nicegui_ws/socket.io/?EIO=4&transport=polling&client_id={named[1]}"
        assert other.get(path).status_code == 401
        assert client.get(path, headers={"origin": "https://evil.example"}).status_code == 401
        assert client.get(path).status_code == 200


IDS = ("k_" + "0" * 32, "a_" + "0" * 32, "1", "%00", "..%2f..%2fetc%2fpasswd", "x" * 300)


@pytest.mark.parametrize("door", [door for door in DOORS if "{" in door.path], ids=lambda door: door.path)
@pytest.mark.parametrize("role", list(ROLES))
def test_doors_to_one_thing_open_for_their_roles_alone_and_find_no_guess(
    desk: Served,
    door,  # type: ignore[no-untyped-def]
    role: str,
) -> None:
    head, tail = door.path.partition("{")[0], door.path.partition("}")[2].replace("{kind}", "csv")
    with desk.session_of(ROLES[role]) as client:  # its own: setting a second factor ended the one before
        answers = [(guess, client.get(head + guess + tail)) for guess in IDS]
    for guess, answer in answers:
        assert answer.status_code == (404 if role in door.roles else 403) or (
            answer.status_code == 404 and "/" in guess.replace("%2f", "/")
        ), (door.path, guess)


def test_every_page_is_in_the_sweep(desk: Served) -> None:
    """What the application serves and the table does not know, only serves nobody: it is open on purpose, or turned away."""
    known = {door.path for door in DOORS}
    open_on_purpose = {"/sign-in", "/sign-out", "/healthz", "/monthly.{kind}"}
    served: set[str] = set()

    def collect(routes: list) -> None:  # type: ignore[type-arg]
        for route in routes:
            included = getattr(route, "original_router", None)
            if included is not None:
                collect(included.routes)
            elif path := getattr(route, "path", ""):
                served.add(path)

    collect(_application().routes)  # type: ignore[attr-defined]
    ours = {path for path in served if path and not path.startswith(("/_nicegui", "/static"))}
    assert ours - known - open_on_purpose <= {"", "/"}, ours - known - open_on_purpose


@pytest.mark.parametrize("path", ["/sign-out", "/board.csv", "/monthly.pdf", "/attachments/1", "/cases/1", "/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_done_by_a_request_from_elsewhere(
    signed_in: dict[str, httpx.Client], path: str, method: str
) -> None:
    """The cookie alone does nothing: the one form there is wants its own value, everything else goes through the page's socket."""
    answer = signed_in["supervisor"].request(
        method, path, headers={"origin": "https://evil.example"}, data={"csrf": "x"}
    )
    assert answer.status_code in (401, 403, 404, 405, 422)
    assert signed_in["supervisor"].get("/").status_code == 200


def test_no_two_pages_share_a_key() -> None:
    keys = [door.key for door in DOORS if door.key]
    assert len(keys) == len(set(keys))
