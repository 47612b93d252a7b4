"""The calculators' pages: a form without JavaScript, the result beside it, errors at the field; nothing kept."""

import json
import re
from pathlib import Path

import httpx
import pytest
import yaml

from knowledge.calculators import CALCULATORS
from knowledge.calculators.core import CalculationError
from knowledge.calculators.scripts import load_scripts
from service.calculator_script import CalculatorInterview
from service.gate import CitationGate
from tests.fakes.rasa import running_bot
from tests.unit.conftest import TODAY

SCRIPTS = load_scripts()
CASES = yaml.safe_load((Path(__file__).resolve().parents[1] / "calculators.yml").read_text("utf-8"))


@pytest.fixture
def actions(gate: CitationGate):
    """The action server's /calculate, as actions/_server.py answers it."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        try:
            card = CalculatorInterview(SCRIPTS[f"calc:{body['name']}"]).form_card(body["answers"], TODAY, gate)
        except CalculationError as error:
            return httpx.Response(422, json={"error": str(error), "field": error.field})
        return httpx.Response(200, json={"card": card.model_dump(mode="json")})

    return answer


@pytest.fixture
async def http(tmp_path, actions):
    async with running_bot(tmp_path, actions=actions) as bot:
        yield bot.page().http


async def test_the_index_leads_to_every_form(http):
    page = (await http.get("/calc")).text
    for name in CALCULATORS:
        assert f'href="/calc/{name}"' in page
        form = await http.get(f"/calc/{name}")
        assert form.status_code == 200
        for question in SCRIPTS[f"calc:{name}"].questions:
            assert f'for="f-{question.id}"' in form.text and f'id="f-{question.id}"' in form.text
        assert re.findall(r"<script(?! (?:type=\"module\" )?src=\"/static/)[^>]*>", form.text) == []  # our files alone


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_every_form_gives_the_number_of_the_command_line(http, case):
    page = await http.post(f"/calc/{case['name']}", data=case["web"])
    assert page.status_code == 200, page.text
    assert str(case["shows"]) in page.text and "会变的情况" in page.text


async def test_a_result_with_steps_and_articles_and_the_form_still_filled(http):
    filled = {"worked_years": "五年半", "monthly_wage": "6000", "how": "agreed"}
    page = await http.post("/calc/severance", data=filled)
    assert page.status_code == 200
    assert "36,000" in page.text and "6,000元 × 6 个月" in page.text
    assert "《劳动合同法》第四十七条" in page.text and "每满一年支付一个月工资" in page.text
    assert 'value="五年半"' in page.text and '<option value="agreed" selected>' in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "filled", "shows"),
    [
        ("overtime", {"hourly_wage": "20", "restday_hours": "10", "months": "3"}, "1,200"),
        ("loan-interest", {"principal": "10万", "deducted": "1万", "lent_on": "2023-01-01", "annual_rate": "10%",
                           "until": "2024-01-01"}, "9,000"),
        ("deadline", {"kind": "civil", "start_on": "2018-05-01", "interrupted": "2020-06-01，2023-05-31"}, "2026-05-31"),
        ("inheritance", {"own": "90万", "siblings": "3", "siblings_gone": "0", "grandparents": "0"}, "300,000"),
        ("delay-interest", {"principal": "10万", "due_on": "2026-01-01", "until": "2026-04-11", "paused_days": "50"},
         "875"),
        ("contract-penalty", {"matter": "deposit", "contract_amount": "10万", "deposit": "2万",
                              "breach_by": "receiver", "unfulfilled": "25"}, "25,000"),
    ],
)  # fmt: skip
async def test_what_is_seldom_needed_counts_too(http, name, filled, shows):
    page = await http.post(f"/calc/{name}", data=filled)
    assert page.status_code == 200, page.text
    assert shows in page.text


async def test_a_range_is_shown_as_a_range(http):
    page = await http.post("/calc/child-support", data={"monthly_income": "一万", "children": "1"})
    assert "2,000 至 3,000" in page.text


@pytest.mark.parametrize(
    ("name", "filled", "says", "field"),
    [
        ("severance", {"started": "2025-02-30"}, "没看懂", "started"),
        ("severance", {"monthly_wage": "6000"}, "还差一样", "started"),
        ("severance", {"worked_years": "5", "monthly_wage": "90000"}, "没有核实到", "city_average_wage"),
        ("loan-interest", {"principal": "-5"}, "没看懂", "principal"),
        ("court-fee", {}, "还差一样", "matter"),
        ("inheritance", {"own": "90万"}, "第二顺序", "siblings"),
        ("deadline", {"kind": "civil", "start_on": "2024-01-01", "blocked_from": "2026-10-01"}, "还差", "blocked_to"),
    ],
)
async def test_errors_stand_at_their_field(http, name, filled, says, field):
    page = await http.post(f"/calc/{name}", data=filled)
    assert page.status_code == 422
    assert says in page.text
    wrong = page.text.index("field--wrong")
    assert wrong < page.text.index(f'id="f-{field}"') < page.text.index("</div>", wrong)


async def test_hostile_input_is_shown_harmlessly(http):
    page = await http.post("/calc/severance", data={"monthly_wage": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text
    assert (await http.post("/calc/severance", content=b"\xff\xfe=1")).status_code in (400, 422)
    assert (await http.post("/calc/severance", content=b"&".join(b"a=1" for _ in range(100)))).status_code == 400
    assert (await http.get("/calc/nonsense")).status_code == 404


async def test_without_the_action_server_it_says_so(tmp_path):
    async with running_bot(tmp_path) as bot:
        page = await bot.page().http.post("/calc/severance", data={"worked_years": "5"})
        assert page.status_code == 503
        assert "暂时算不了" in page.text
