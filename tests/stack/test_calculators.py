"""A calculator's form through the real processes: browser form, bot, action server, statute book."""

from pathlib import Path

import httpx
import pytest
import yaml

CASES = yaml.safe_load((Path(__file__).resolve().parents[1] / "calculators.yml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_form_gives_the_number_and_its_article(case: dict, client: httpx.Client) -> None:
    page = client.post(f"/calc/{case['name']}", data=case["web"])
    assert page.status_code == 200, page.text
    assert str(case["shows"]) in page.text and "第" in page.text


def test_a_form_is_answered_with_steps_and_the_article(client: httpx.Client) -> None:
    page = client.post("/calc/severance", data={"worked_years": "五年半", "monthly_wage": "六千", "how": "unlawful"})
    assert page.status_code == 200
    assert "72,000" in page.text and "6,000元 × 6 个月 × 2" in page.text
    assert "违反本法规定解除或者终止劳动合同" in page.text  # article 87, verbatim


def test_a_rate_nobody_has_confirmed_stops_it(client: httpx.Client) -> None:
    page = client.post("/calc/severance", data={"worked_years": "5", "monthly_wage": "九万", "how": "agreed"})
    assert page.status_code == 422
    assert "没有核实到" in page.text


def test_the_action_server_calculates_for_the_bot_only(client: httpx.Client, stack: object) -> None:
    answer = httpx.post(f"{stack.actions}/calculate", json={"name": "severance"}, trust_env=False)  # type: ignore[attr-defined]
    assert answer.status_code == 401
