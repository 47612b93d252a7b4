"""The chat page in a real browser, against the fake API."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Route, expect

from .fake_api import CIVIL_577, XSS, Fake
from .page import DESKTOP, ChatPage, first_load_bytes, open_chat, usable_on_cheap_phone

pytestmark = pytest.mark.web

WAGES = "公司拖欠我工资怎么办"
# Every visible text node against the nearest opaque ground behind it; returns those under WCAG AA.
CONTRAST = r"""() => {
  const numbers = (c) => c.match(/[\d.]+/g).map(Number);
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, own = node.parentElement;
    if (!node.data.trim() || !own.checkVisibility() || own.closest(".vh, .skip, noscript, [aria-disabled=true]")) continue;
    const style = getComputedStyle(own);
    let ground = null;
    for (let at = own; at; at = at.parentElement) {
      const c = numbers(getComputedStyle(at).backgroundColor);
      if (c.length < 4 || c[3] === 1) { ground = c; break; }
    }
    const [a, b] = [light(numbers(style.color)), light(ground || [255, 255, 255])];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) bad.push(`${node.data.trim().slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return bad;
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll("button, summary, .call, .line, .sos__call, .check, textarea")]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().width > 0 && !node.closest(".rail"))
  .filter((node) => node.getBoundingClientRect().height < 43.5 || node.getBoundingClientRect().width < 43.5)
  .map((node) => node.className + " " + node.textContent.slice(0, 10))"""


def test_first_load_is_light(browser: Browser, chat_url: str, fake: Fake) -> None:
    sizes = first_load_bytes(browser, chat_url)
    print(f"first load: {sum(sizes.values())} bytes in {len(sizes)} requests")
    assert 0 < sum(sizes.values()) <= 120 * 1024
    assert all(list(sizes).count(url) == 1 for url in sizes)


def test_page_works_without_javascript(browser: Browser, chat_url: str, fake: Fake) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(chat_url)
        expect(page.locator("noscript .noscript, .noscript")).to_contain_text("12348")
        expect(page.locator("#composer")).to_be_hidden()


def test_nothing_is_sent_before_consent(chat: ChatPage, fake: Fake) -> None:
    chat.type_and_send(WAGES)
    expect(chat.consent).to_be_visible()
    expect(chat.consent).to_contain_text("敏感的个人信息")
    expect(chat.said).to_have_count(0)
    assert fake.received == []
    chat.screenshot("consent-390")
    chat.agree()
    card = chat.wait_cards(1)
    expect(card.locator(".card__conclusion")).to_contain_text("马上足额支付")
    assert [each["text"] for each in fake.received] == [WAGES]
    expect(chat.box).to_have_value("")
    chat.ask("补偿多少", cards=1)
    expect(chat.consent).to_be_hidden()


def test_declining_shows_what_is_left_and_keeps_the_words(chat: ChatPage, fake: Fake) -> None:
    chat.starter("房东不退押金").click()
    chat.decline()
    declined = chat.page.locator(".aside")
    expect(declined).to_contain_text("没有发出去")
    expect(declined.locator("a[href='tel:12348']")).to_be_visible()
    expect(chat.box).to_have_value(re.compile("押金"))
    assert fake.received == []
    chat.screenshot("declined-390")
    declined.get_by_role("button", name="我再看看说明").click()
    chat.agree()
    expect(declined).to_have_count(0)
    chat.box.press("Enter")
    chat.wait_cards(1)


def test_closing_the_dialog_decides_nothing(chat: ChatPage, fake: Fake) -> None:
    chat.type_and_send(WAGES)
    expect(chat.consent).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.consent).to_be_hidden()
    expect(chat.box).to_have_value(WAGES)
    expect(chat.box).to_be_focused()
    assert fake.received == []
    chat.box.press("Enter")
    chat.agree()
    chat.wait_cards(1)


def test_answer_card_has_its_parts_in_order(chat: ChatPage) -> None:
    card = chat.agree_and_ask(WAGES)
    assert card.locator("h2, h3, .deadline b").all_inner_texts()[1:] == [
        "时间限制",
        "怎么做",
        "准备这些证据",
        "依据",
        "去哪里",
        "什么时候要找律师",
    ]
    expect(card.locator(".steps > li")).to_have_count(4)
    expect(card.locator("a[href='tel:12333']").first).to_be_visible()
    expect(card.locator(".card__foot")).to_contain_text("本内容由程序自动生成 · 法律依据核到 2026-03-01")
    chat.screenshot("fake-answer-390")
    chat.screenshot("fake-answer-full-390", full=True)


def test_citations_unfold_to_the_laws_words(chat: ChatPage) -> None:
    chat.agree_and_ask(WAGES)
    quoted, by_paragraph, referenced = (chat.citation(number) for number in range(3))
    expect(quoted.locator(".badge")).to_have_text("现行有效 · 自2013-07-01起施行")
    expect(quoted.locator(".cite__text")).to_be_hidden()
    quoted.locator("summary").click()
    expect(quoted.locator(".cite__text p")).to_have_count(2)
    by_paragraph.locator("summary").click()
    by_paragraph.get_by_role("button", name="看这一条的全文").click()
    expect(by_paragraph.locator(".cite__text").last).to_contain_text(f"第五百七十七条　{CIVIL_577.text}")
    referenced.locator("summary").click()
    expect(referenced.locator(".badge")).to_contain_text("条文请核对官方文本 · 国务院令第724号")
    expect(referenced.locator(".cite__text")).to_have_count(0)
    chat.screenshot("fake-citations-390")


def test_choices_serve_the_last_card_only(chat: ChatPage, fake: Fake) -> None:
    first = chat.agree_and_ask(WAGES)
    chat.choice("帮我一步步理清").click()
    question = chat.wait_cards(2)
    first = chat.cards.first
    assert fake.received[-1]["choice"] == "guide:guide.wages"
    expect(first.locator(".choice").first).to_be_disabled()
    expect(first.locator(".choice").first).to_have_class(re.compile("picked"))
    expect(question.locator("progress")).to_have_attribute("value", "1")
    expect(question.locator(".card__conclusion")).to_be_focused()
    chat.choice("签了").first.click()
    chat.wait_cards(3)
    chat.screenshot("fake-question-390")
    chat.ask("三万五", cards=1)
    chat.choice("上一步").click()
    chat.wait_cards(5)
    expect(chat.last_card.locator("progress")).to_have_attribute("value", "2")
    chat.ask("35000")
    chat.choice("还在上班").click()
    result = chat.wait_cards(7)
    expect(result.locator(".amount__line b")).to_have_text("27,500 元")
    result.locator(".amount__how summary").click()
    expect(result.locator(".amount__how li")).to_have_count(3)
    chat.screenshot("fake-result-390")


def test_reload_keeps_conversation_choices_draft_and_ticks(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask(WAGES)
    chat.last_card.locator(".check input").nth(1).check()
    chat.box.fill("还没写完的话")
    chat.reload()
    chat.wait_cards(1)
    expect(chat.said).to_have_count(1)
    expect(chat.box).to_have_value("还没写完的话")
    expect(chat.last_card.locator(".check input").nth(1)).to_be_checked()
    expect(chat.page.locator("#starters")).to_be_hidden()
    chat.choice("帮我一步步理清").click()
    chat.wait_cards(2)
    chat.reload()
    chat.wait_cards(2)
    expect(chat.cards.first.locator(".choice--picked")).to_have_count(1)
    assert len(fake.received) == 2


@pytest.mark.parametrize("trouble", ["refused", "lost", "offline"])
def test_retry_sends_the_same_message_never_twice(chat: ChatPage, fake: Fake, trouble: str) -> None:
    chat.agree_and_ask("你好")
    if trouble == "refused":
        fake.trouble.refuse = [503]
    elif trouble == "lost":
        fake.trouble.lose = 1
    else:
        chat.page.route("**/api/messages", lambda route: route.abort("internetdisconnected"))
    chat.type_and_send(WAGES)
    expect(chat.retry_button).to_be_visible()
    if trouble == "refused":
        expect(chat.said.last).to_contain_text("小法正在维护，请稍后重试。")
        chat.screenshot("fake-failed-390")
    chat.page.unroute("**/api/messages")
    chat.retry_button.click()
    chat.wait_cards(2)
    expect(chat.retry_button).to_have_count(0)
    expect(chat.said).to_have_count(2)
    sent = [each["client_id"] for each in fake.received if each.get("text") == WAGES]
    assert len(set(sent)) == 1
    chat.reload()
    chat.wait_cards(2)
    expect(chat.said).to_have_count(2)


def test_a_lost_reply_is_found_again_after_a_reload(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask("你好")
    fake.trouble.lose = 1
    chat.type_and_send(WAGES)
    expect(chat.retry_button).to_be_visible()
    chat.reload()
    chat.wait_cards(2)
    expect(chat.said).to_have_count(2)
    expect(chat.retry_button).to_have_count(0)


def test_a_lost_reply_is_adopted_when_the_page_looks_again(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask("你好")
    fake.trouble.lose = 1
    chat.type_and_send(WAGES)
    expect(chat.retry_button).to_be_visible()
    chat.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    chat.wait_cards(2)
    expect(chat.said).to_have_count(2)
    expect(chat.retry_button).to_have_count(0)


def test_back_online_resends_by_itself(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask("你好")
    chat.page.context.set_offline(True)
    expect(chat.page.locator("#offline")).to_be_visible()
    chat.type_and_send(WAGES)
    expect(chat.retry_button).to_be_visible()
    expect(chat.said.last).to_contain_text("没有连上网络")
    chat.page.context.set_offline(False)
    chat.wait_cards(2)
    expect(chat.page.locator("#offline")).to_be_hidden()
    assert [each["text"] for each in fake.received] == ["你好", WAGES]


def test_pending_answer_is_fetched(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask("你好")
    fake.trouble.pending = True
    chat.type_and_send(WAGES)
    expect(chat.page.locator(".typing")).to_be_visible()
    chat.screenshot("fake-typing-390")
    chat.wait_cards(2)
    expect(chat.said).to_have_count(2)


def test_pending_answer_survives_a_reload(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask("你好")
    fake.trouble.pending, fake.late = True, 2.5
    chat.type_and_send(WAGES)
    expect(chat.page.locator(".typing")).to_be_visible()
    chat.page.wait_for_timeout(300)
    chat.reload()
    expect(chat.page.locator(".typing")).to_be_visible()
    chat.wait_cards(2)
    expect(chat.said).to_have_count(2)


def test_refused_words_return_to_the_box(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask("你好")
    fake.trouble.refuse = [422]
    chat.type_and_send(WAGES)
    expect(chat.error).to_contain_text("维护")
    expect(chat.box).to_have_value(WAGES)
    expect(chat.said).to_have_count(1)


def test_a_refused_choice_can_be_picked_again(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask(WAGES)
    fake.trouble.refuse = [404]
    chat.choice("帮我一步步理清").click()
    expect(chat.error).to_be_visible()
    expect(chat.said).to_have_count(1)
    chat.choice("帮我一步步理清").click()
    chat.wait_cards(2)


def test_too_fast_keeps_the_words_with_a_retry(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask("你好")
    fake.trouble.refuse = [429]
    chat.type_and_send(WAGES)
    expect(chat.said.last).to_contain_text("您发得太快了")
    chat.retry_button.click()
    chat.wait_cards(2)


def test_an_expired_token_is_renewed_quietly(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask("你好")
    for person in fake.people.values():
        person.csrf = "renewed"
    chat.ask(WAGES)
    assert len(fake.received) == 2


def test_a_session_the_server_forgot_asks_consent_again(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask("你好")
    fake.people.clear()
    chat.type_and_send(WAGES)
    chat.agree()
    chat.wait_cards(2)
    assert fake.received[-1]["text"] == WAGES


def test_hostile_text_stays_text(chat: ChatPage, fake: Fake) -> None:
    card = chat.agree_and_ask(XSS)
    expect(chat.said.first).to_contain_text("<script>window.__xss=1</script>")
    expect(card.locator(".steps li")).to_have_text(XSS)
    card.locator("details").evaluate_all("nodes => nodes.forEach((node) => (node.open = true))")
    log = chat.page.locator("#log")
    assert log.locator("img, script, iframe").count() == 0
    assert log.locator("[onload], [onerror], [onmouseover], a[href^='javascript:'], a[href^='//']").count() == 0
    chat.choice("<img").click()
    chat.page.wait_for_timeout(200)
    chat.reload()
    chat.page.wait_for_timeout(200)
    assert chat.page.evaluate("window.__xss") is None
    assert not chat.overflows()


def test_keyboard_alone_from_the_first_tab_to_a_citation(chat: ChatPage) -> None:
    keys = chat.page.keyboard
    keys.press("Tab")
    expect(chat.page.locator(".skip")).to_be_focused()
    keys.press("Enter")
    keys.type(WAGES[:4])
    keys.press("Shift+Enter")
    keys.type(WAGES[4:])
    expect(chat.box).to_have_value(f"{WAGES[:4]}\n{WAGES[4:]}")
    keys.press("Enter")
    expect(chat.consent).to_be_visible()
    yes = chat.consent.get_by_role("button", name="同意，继续")
    for _ in range(6):
        if yes.evaluate("node => node === document.activeElement"):
            break
        keys.press("Tab")
    expect(yes).to_be_focused()
    keys.press("Enter")
    card = chat.wait_cards(1)
    expect(chat.box).to_be_focused()
    for _ in range(20):
        keys.press("Shift+Tab")
        if card.locator("summary").first.evaluate("node => node === document.activeElement"):
            break
    keys.press("Enter")
    expect(card.locator(".cite__text").first).to_be_visible()


def test_starter_tabs_by_arrow_keys_and_remembered(chat: ChatPage) -> None:
    chat.page.locator("#tab-resident").focus()
    chat.page.keyboard.press("ArrowRight")
    expect(chat.page.locator("#tab-enterprise")).to_be_focused()
    expect(chat.starter("商标被抢注")).to_be_visible()
    expect(chat.starter("公司拖欠工资")).to_be_hidden()
    chat.screenshot("fake-starters-enterprise-390", full=True)
    chat.reload()
    expect(chat.starter("商标被抢注")).to_be_visible()


def test_enter_while_composing_picks_a_word(chat: ChatPage, fake: Fake) -> None:
    chat.box.fill("gongzi")
    chat.box.evaluate(
        "node => node.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    chat.page.wait_for_timeout(150)
    expect(chat.consent).to_be_hidden()
    expect(chat.box).to_have_value("gongzi")


def test_long_text_is_counted_and_held_back(chat: ChatPage, fake: Fake) -> None:
    chat.box.fill("长" * 3700)
    expect(chat.page.locator("#count")).to_have_text("还能写 300 字")
    chat.box.fill("长" * 4003)
    expect(chat.page.locator("#count")).to_have_text("多了 3 字")
    chat.box.press("Enter")
    expect(chat.error).to_contain_text("4000")
    expect(chat.consent).to_be_hidden()
    assert fake.received == []


def test_large_type_is_kept_and_fits(chat: ChatPage) -> None:
    before = chat.box.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    button = chat.page.locator("[data-do=large]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    chat.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert chat.box.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= before * 1.3
    chat.screenshot("fake-welcome-large-390", full=True)
    chat.agree_and_ask(WAGES)
    chat.screenshot("fake-answer-large-390")
    for width in (390, 320):
        chat.page.set_viewport_size({"width": width, "height": 640})
        assert not chat.overflows()


@pytest.mark.parametrize("width", [320, 390, 640, 768, 1280])
def test_nothing_scrolls_sideways(chat: ChatPage, width: int) -> None:
    chat.page.set_viewport_size({"width": width, "height": 640})
    assert not chat.overflows()
    for part in (".call", "[data-do=large]"):  # neither breaks its words over two lines
        assert chat.page.locator(part).evaluate("node => node.offsetHeight") == 44
    if width == 320:
        chat.screenshot("fake-welcome-320")
    for text in ("补偿多少", "被家里人打了", "离婚", "转律师", "长" * 300, "a" * 200):
        if chat.consent.is_visible() or chat.cards.count() == 0:
            chat.agree_and_ask(text)
        else:
            chat.ask(text)
        assert not chat.overflows()


def test_safety_card_has_large_call_buttons(chat: ChatPage) -> None:
    card = chat.agree_and_ask("被家里人打了")
    numbers = card.locator(".sos__call").evaluate_all("nodes => nodes.map((node) => node.getAttribute('href'))")
    assert numbers == ["tel:110", "tel:120", "tel:12338", "tel:12348"]
    chat.screenshot("fake-safety-390")


def test_feedback_with_a_comment(chat: ChatPage, fake: Fake) -> None:
    card = chat.agree_and_ask(WAGES)
    card.get_by_role("button", name="没用").click()
    card.locator(".rate__text").fill("没说去哪个窗口")
    card.get_by_role("button", name="提交").click()
    expect(card.locator(".rate__said")).to_have_text("谢谢，已经记下了。")
    assert [(each["good"], each.get("comment")) for each in fake.feedback] == [(False, None), (False, "没说去哪个窗口")]


def test_new_conversation_keeps_the_old_and_offers_topics(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask(WAGES)
    chat.menu("新的对话")
    chat.wait_cards(2)
    assert fake.received[-1]["text"] == "重新开始"
    expect(chat.page.locator("#starters")).to_be_visible()
    expect(chat.said.last).to_have_class(re.compile("said--fresh"))
    chat.screenshot("fake-new-390")
    chat.reload()
    expect(chat.page.locator("#starters")).to_be_visible()
    chat.starter("借钱不还").click()
    chat.wait_cards(3)
    expect(chat.page.locator("#starters")).to_be_hidden()


def test_forget_me_asks_first_then_leaves_nothing(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask(WAGES)
    chat.menu("忘记我")
    dialog = chat.page.locator("#forget")
    chat.screenshot("fake-forget-390")
    dialog.get_by_role("button", name="先不用").click()
    assert len(fake.people) == 1
    chat.menu("忘记我")
    with chat.page.expect_navigation():
        dialog.get_by_role("button", name="全部忘记").click()
    chat.wait_usable()
    expect(chat.page.locator(".hero")).to_be_visible()
    expect(chat.cards).to_have_count(0)
    assert all(not person.messages for person in fake.people.values())
    assert chat.page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_failed_forgetting_is_said(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask(WAGES)

    def broken(route: Route) -> None:
        route.fulfill(status=500, body="")

    chat.page.route("**/api/me", broken)
    chat.menu("忘记我")
    chat.page.locator("#forget").get_by_role("button", name="全部忘记").click()
    expect(chat.page.locator("#forget-error")).to_contain_text("还没有删掉")


def test_a_lawyers_words_look_like_a_lawyers(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask("转律师")
    person = next(iter(fake.people.values()))
    row = {
        "seq": 3,
        "id": "law1",
        "author": "lawyer",
        "text": "您好，我是值班律师。<b>请说</b>",
        "at": "2026-03-01T08:00:00+00:00",
    }
    person.messages.append(row)
    chat.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(chat.page.locator("[data-author=lawyer]")).to_contain_text("我是值班律师。<b>请说</b>")
    chat.screenshot("fake-handoff-390")


QUEUED = {
    "code": "LH-7K3M-9Q2P", "status": "queued", "label": "排队中", "line": "在排队，第 2 位。律师最晚 11月25日（星期三）10:00 前回复您。",
    "live": True, "speaks": "bot",
}  # fmt: skip


def test_a_case_under_way_is_seen_and_its_lawyer_heard_without_a_reload(chat: ChatPage, fake: Fake) -> None:
    strip = chat.page.locator("#case")
    expect(strip).to_be_hidden()
    chat.agree_and_ask("转律师")
    person = next(iter(fake.people.values()))
    person.case = dict(QUEUED)
    chat.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(strip).to_contain_text("第 2 位")
    expect(strip).to_contain_text("LH-7K3M-9Q2P")
    assert strip.get_attribute("role") == "status"
    person.case = {**QUEUED, "status": "active", "label": "律师办理中", "line": "林静律师正在办。", "speaks": "lawyer"}
    row = {
        "seq": 9,
        "id": "law2",
        "author": "lawyer",
        "author_name": "林静",
        "text": "合同有几份？",
        "at": "2026-03-01T08:00:00+00:00",
    }
    person.messages.append(row)
    words = chat.page.locator("[data-author=lawyer]")
    expect(words).to_contain_text("合同有几份？", timeout=8000)  # the page looks every three seconds by itself
    expect(words.locator(".said__who")).to_have_text("律师林静")
    expect(strip).to_contain_text("律师办理中")
    expect(chat.page.locator("#text")).to_have_attribute("placeholder", "说给律师……")
    assert chat.page.evaluate(CONTRAST) == []
    chat.screenshot("fake-case-390")
    person.case = None
    expect(strip).to_be_hidden(timeout=8000)


def test_a_tab_out_of_sight_says_in_its_title_that_a_lawyer_wrote(chat: ChatPage, fake: Fake) -> None:
    chat.agree_and_ask("转律师")
    title = chat.page.title()
    person = next(iter(fake.people.values()))
    person.case = dict(QUEUED)
    chat.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(chat.page.locator("#case")).to_be_visible()
    hide = "Object.defineProperty(document, 'visibilityState', {value: '%s', configurable: true})"
    chat.page.evaluate(hide % "hidden")
    row = {"seq": 9, "id": "law3", "author": "lawyer", "text": "在吗？", "at": "2026-03-01T08:00:00+00:00"}
    person.messages.append(row)
    expect(chat.page).to_have_title(f"【律师回复了】{title}", timeout=20000)
    chat.page.evaluate(hide % "visible")
    chat.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(chat.page).to_have_title(title)


def test_server_down_at_opening_can_be_tried_again(browser: Browser, chat_url: str, fake: Fake) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.route("**/api/session", lambda route: route.fulfill(status=503, body="<html>"))
        chat = ChatPage(page, chat_url)
        chat.open()
        expect(page.locator(".aside")).to_contain_text("暂时连不上小法")
        expect(chat.starter("公司拖欠工资")).to_be_visible()
        page.unroute("**/api/session")
        page.get_by_role("button", name="再连一次").click()
        expect(page.locator(".aside")).to_have_count(0)
        chat.agree_and_ask(WAGES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_and_targets(browser: Browser, chat_url: str, fake: Fake, scheme: str) -> None:
    with open_chat(browser, chat_url, color_scheme=scheme, reduced_motion="reduce") as chat:
        assert chat.page.evaluate(CONTRAST) == []
        assert chat.page.evaluate(SMALL_TARGETS) == []
        chat.screenshot(f"fake-welcome-{scheme}-390", full=True)
        chat.agree_and_ask(WAGES)
        chat.last_card.locator("details").evaluate_all("nodes => nodes.forEach((node) => (node.open = true))")
        for text in ("补偿多少", "被家里人打了", "离婚", "转律师", "你好"):
            chat.ask(text)
        assert chat.page.evaluate(CONTRAST) == []
        assert chat.page.evaluate(SMALL_TARGETS) == []
        chat.screenshot(f"fake-all-cards-{scheme}-390", full=True)


def test_wide_screen(browser: Browser, chat_url: str, fake: Fake) -> None:
    with open_chat(browser, chat_url, DESKTOP) as chat:
        chat.screenshot("fake-welcome-1280")
        assert chat.page.locator(".menu").is_hidden()
        chat.agree_and_ask(WAGES)
        chat.citation(0).locator("summary").click()
        chat.screenshot("fake-answer-1280")
        chat.ask("被家里人打了")
        chat.screenshot("fake-safety-1280")


def test_usable_soon_on_a_cheap_phone(browser: Browser, chat_url: str, fake: Fake) -> None:
    times = sorted(usable_on_cheap_phone(browser, chat_url) for _ in range(3))
    print(f"usable on a cheap phone: {times} ms")
    assert times[0] < 5000  # a broken page, not a slow machine; the 1.5 s are measured by `make bench`
