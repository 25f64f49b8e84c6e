"""Getting in with two steps, the lock, one's own account, people, the log, hidden numbers: as operators do it."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page, expect

from bot.app import Hotline, now
from bot.cli.serve import sign_in_link
from tests.browser.conftest import OpenContext
from tests.browser.pages import PHONE, DeskPage, enter, held_back
from tests.browser.test_accessibility import SCREENS, Scheme, serious
from tests.hotline import PASSWORD, AtTheDesk, Person

pytestmark = pytest.mark.browser

NUMBER = "please call me on 081 234 5678"


def arrives(page: Page, hotline: Hotline, url: str, name: str, role: str = "operator") -> None:
    """By a one-time link, with a password chosen."""
    added = hotline.store.operators.add(name, role, now())
    page.goto(f"{url}/desk#{sign_in_link(hotline.settings, hotline.store, added.id).split('#')[1]}")
    page.locator("#welcome [name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")


def secret_on(page: Page) -> str:
    expect(page.locator("#set-up .qr")).to_be_visible()
    return page.locator("#set-up .key").inner_text().replace(" ", "")


def signs_in(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/desk")
    page.locator("#sign-in [name=name]").fill(name)
    page.locator("#sign-in [name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")


def next_code(secret: str) -> str:
    """The code after this one, which is within the window: one that was used works no more."""
    totp = pyotp.TOTP(secret)
    return totp.generate_otp(totp.timecode(now()) + 1)


def test_the_second_step_is_set_up_on_arrival_and_asked_from_then_on(
    open_context: OpenContext, hotline: Hotline, url: str
) -> None:
    page = open_context().new_page()
    arrives(page, hotline, url, "maly")
    secret = secret_on(page)
    used = pyotp.TOTP(secret).now()
    page.locator("#set-up [name=code]").fill(used)
    page.keyboard.press("Enter")
    codes = page.locator("#recovery-codes li")
    expect(codes).to_have_count(10)
    recovery = codes.first.inner_text()
    page.get_by_role("button", name="I have written them down").click()
    expect(page.locator("#my-name")).to_have_text("maly")

    again = open_context().new_page()
    signs_in(again, url, "maly")
    field = again.locator("#code-form [name=code]")
    expect(field).to_be_focused()
    field.fill(used)
    again.keyboard.press("Enter")
    expect(again.locator("#code-form .notice")).to_contain_text("used already")
    field.fill(next_code(secret))
    again.keyboard.press("Enter")
    expect(again.locator("#my-name")).to_have_text("maly")

    lost = open_context().new_page()
    signs_in(lost, url, "maly")
    lost.locator("#code-form [name=code]").fill(recovery)
    lost.keyboard.press("Enter")
    expect(lost.locator("#notice")).to_contain_text("9 are left")


def test_the_second_step_can_be_put_off_once(open_context: OpenContext, hotline: Hotline, url: str) -> None:
    page = open_context().new_page()
    arrives(page, hotline, url, "maly")
    page.get_by_role("button", name="Later").click()
    expect(page.locator("#my-name")).to_have_text("maly")
    again = open_context().new_page()
    signs_in(again, url, "maly")
    expect(again.locator("#set-up")).to_be_visible()
    expect(again.get_by_role("button", name="Later")).to_have_count(0)
    again.goto(f"{url}/desk")  # there is no way around it
    expect(again.locator("#sign-in")).to_be_visible()


def test_a_locked_page_holds_nothing_of_anybody_and_opens_with_the_password(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    Person(url).says("my boss keeps my passport, near Aye Aye market")
    context = open_context()
    desk = DeskPage(context.new_page(), url).opens(operator)
    other = DeskPage(context.new_page(), url).opens(operator)
    desk.looks_at(desk.list("all_open").first)
    expect(desk.said_by_person).to_contain_text("Aye Aye")
    desk.page.locator("#headline").focus()
    with desk.page.expect_response("**/me/lock"):  # the page is covered first, then the server is told
        desk.page.keyboard.press("l")
    expect(desk.page.locator("#lock [name=proof]")).to_be_focused()
    expect(other.page.locator("#lock [name=proof]")).to_be_visible()
    body = desk.page.locator("body").inner_html()
    for trace in ("Aye Aye", "passport", "#c/"):
        assert trace not in body.replace('<option value="en" lang="en">English</option>', "")
    assert operator.client.get("/desk").status_code == 423

    desk.page.reload()
    expect(desk.page.locator("#lock [name=proof]")).to_be_visible()
    desk.page.locator("#lock [name=proof]").fill("not the password")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#lock .notice")).to_have_text("This is not right.")
    desk.page.locator("#lock [name=proof]").fill(PASSWORD)
    desk.page.keyboard.press("Enter")
    expect(desk.said_by_person).to_contain_text("Aye Aye")
    expect(desk.live).to_be_visible()
    expect(other.live).to_be_visible()


def test_what_was_asked_for_before_the_page_was_locked_is_not_put_under_the_lock(desk: DeskPage, url: str) -> None:
    Person(url).says("my boss keeps my passport, near Aye Aye market")
    with held_back(desk.page, "**/desk/api/desk") as comes:
        desk.page.locator("[data-tab=all_open]").click()
        comes.is_answered()
        with desk.page.expect_response("**/me/lock"):
            desk.page.keyboard.press("l")
        expect(desk.page.locator("#lock")).to_be_visible()
        comes.now()
    desk.page.evaluate("() => new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)))")
    assert "#c/" not in desk.page.content()


def test_a_page_that_nobody_touches_covers_itself_and_still_tells_who_waits(
    open_context: OpenContext, url: str, operator: AtTheDesk
) -> None:
    page = open_context().new_page()
    page.clock.install()
    desk = DeskPage(page, url).opens(operator)
    page.clock.run_for(8 * 60_000)  # beside it the time of the machine goes on
    page.mouse.move(5, 5)
    page.mouse.move(9, 9)
    page.clock.run_for(8 * 60_000)
    expect(desk.live).to_be_visible()
    page.clock.run_for(3 * 60_000)
    expect(page.locator("#lock")).to_be_visible()
    expect(page.locator("#lock-calling")).to_have_text("Waiting: 0. In danger: 0.")
    Person(url).says("he locked the door and says he will kill me tonight")
    page.clock.run_for(11_000)
    expect(page.locator("#lock-calling")).to_have_text("Waiting: 1. In danger: 1.")
    expect(page).to_have_title("(1) Desk")


def test_numbers_are_hidden_until_a_reason_is_given(desk: DeskPage, url: str) -> None:
    Person(url).says(NUMBER)
    desk.looks_at(desk.list("all_open").first)
    expect(desk.said_by_person).to_contain_text("••• ••• ••78")
    assert "081 234 5678" not in desk.page.content()
    desk.page.locator("#reveal-open").click()
    desk.page.get_by_label("Something else, in your words").check()
    desk.page.locator("#reveal [name=words]").fill("the police asks for it")
    desk.page.locator("#reveal button.primary").click()
    expect(desk.said_by_person).to_contain_text("081 234 5678")
    expect(desk.page.locator("#revealed")).to_contain_text("are shown to you until")
    expect(desk.page.locator("#reveal-open")).to_be_hidden()


def test_names_are_hidden_until_a_reason_is_given_and_for_that_operator_alone(
    open_context: OpenContext, hotline: Hotline, url: str, operator: AtTheDesk
) -> None:
    person = Person(url)
    person.says("ကျွန်မနာမည်က အေးအေးပါ။ အလုပ်ရှင်က ပတ်စပို့ သိမ်းထားတယ်")
    person.says("my name is Siti Aminah and my boss keeps my passport")
    desk = DeskPage(open_context(viewport=PHONE).new_page(), url).opens(operator)
    desk.looks_at(desk.list("all_open").first)
    desk.takes_over()
    desk.page.locator("#text").fill("Dear Siti, are you safe?")
    desk.page.locator("#text").press("Control+Enter")
    expect(desk.said_by_person.nth(0)).to_contain_text("ကျွန်မနာမည်က ••••••ပါ")
    expect(desk.said_by_person.nth(1)).to_contain_text("my name is •••• •••••• and")
    mine = desk.page.locator("#messages .message.operator").last
    expect(mine).to_contain_text("Dear ••••, are you safe?")
    for name in ("Siti", "Aminah", "အေးအေး"):
        assert name not in desk.page.content()
    desk.page.locator("#reveal-open").click()
    desk.page.get_by_label("To call back").check()
    desk.page.locator("#reveal button.primary").click()
    expect(desk.said_by_person.nth(0)).to_contain_text("အေးအေး")
    expect(desk.said_by_person.nth(1)).to_contain_text("Siti Aminah")
    expect(mine).to_contain_text("Dear Siti")
    other = AtTheDesk.signs_in(hotline, url, "maya")
    theirs = DeskPage(open_context().new_page(), url).opens(other)
    theirs.looks_at(theirs.list("all_open").first)
    expect(theirs.said_by_person.nth(1)).to_contain_text("my name is •••• •••••• and")
    expect(theirs.page.locator("#reveal-open")).to_be_visible()
    for name in ("Siti", "Aminah", "အေးအေး"):
        assert name not in theirs.page.content()
    other.client.close()


def test_an_operator_looks_after_their_own_account(
    open_context: OpenContext, hotline: Hotline, url: str, operator: AtTheDesk
) -> None:
    page = open_context().new_page()
    desk = DeskPage(page, url).opens(operator)
    page.locator("#pages a", has_text="My account").click()
    page.locator("[name=speaks][value=km]").check()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    dara = hotline.store.operators.by_name("dara")
    assert dara is not None
    assert dara.speaks == ("km",)
    page.get_by_role("button", name="Set up", exact=True).click()
    page.locator("#set-up [name=code]").fill(pyotp.TOTP(secret_on(page)).now())
    page.keyboard.press("Enter")
    page.get_by_role("button", name="I have written them down").click()
    expect(page.locator("#recovery")).to_contain_text("Recovery codes left: 10")
    page.locator("#page [name=present]").fill(PASSWORD)
    page.locator("#page [name=password]").fill("a better battery horse")
    page.get_by_role("button", name="Change the password").click()
    expect(page.locator("#page")).to_contain_text("The password is changed")
    expect(page.locator("#sessions tbody tr")).to_have_count(1)
    expect(page.locator("#sessions")).to_contain_text("this one")
    expect(desk.live).to_be_visible()


def test_an_admin_adds_somebody_and_lets_them_go(open_context: OpenContext, hotline: Hotline, url: str) -> None:
    admin = AtTheDesk.signs_in(hotline, url, "boss", "admin")
    page = open_context().new_page()
    DeskPage(page, url).opens(admin)
    page.locator("#pages a", has_text="People").click()
    page.locator("#add [name=name]").fill("maly")
    page.locator("#add [name=role]").select_option("auditor")
    page.get_by_role("button", name="Add somebody").click()
    link = page.locator("#link-once code").inner_text()

    theirs = open_context().new_page()
    theirs.goto(link)
    theirs.locator("#welcome [name=password]").fill(PASSWORD)
    theirs.keyboard.press("Enter")
    theirs.get_by_role("button", name="Later").click()
    expect(theirs.locator("#lines")).to_contain_text("Signed in")  # an auditor begins with the log
    expect(theirs.locator("#pages a")).to_have_count(3)

    page.locator("#pages a", has_text="Log").click()
    expect(page.locator("#lines tbody tr").first).to_contain_text("Signed in")
    page.locator("#pages a", has_text="People").click()
    expect(page.locator("#add")).to_be_visible()
    assert link not in page.content()
    line = page.locator("tr", has_text="maly")
    line.get_by_role("button", name="Let sign in no more").click()
    page.get_by_role("dialog").get_by_role("button", name="Let sign in no more").click()
    expect(line).to_contain_text("May not sign in")
    theirs.locator("#pages a", has_text="My account").click()
    expect(theirs.locator("#door-notice")).to_contain_text("signed out")
    page.locator("tr", has_text="boss").get_by_role("combobox").select_option("operator")
    expect(page.locator("#notice")).to_contain_text("the last admin")
    admin.client.close()


def test_an_auditor_filters_the_log_and_checks_it(open_context: OpenContext, hotline: Hotline, url: str) -> None:
    reader = AtTheDesk.signs_in(hotline, url, "dara")
    Person(url).says(NUMBER)
    conversation = reader.client.get("/desk").json()["conversations"][0]["id"]
    reader.opens(conversation)
    reader.does("take-over", conversation)  # for whom somebody is there nobody is called: the log is still from here on
    reader.does("reveal", conversation, reason="other", words="to tell two people apart")
    auditor = AtTheDesk.signs_in(hotline, url, "sophea", "auditor")
    page = open_context().new_page()
    enter(page.context, url, auditor)
    page.goto(f"{url}/desk")
    expect(page.locator("#lines")).to_contain_text("Looked at hidden names and numbers")
    page.locator("[name=action]").select_option("revealed")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#lines tbody tr")).to_have_count(1)
    expect(page.locator("#lines")).to_contain_text("to tell two people apart")
    page.get_by_role("button", name="Check the whole log").click()
    expect(page.locator("#verdict")).to_contain_text("The log is whole")
    with hotline.store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
    page.get_by_role("button", name="Check the whole log").click()
    expect(page.locator("#verdict")).to_contain_text("were taken out")
    for one in (reader, auditor):
        one.client.close()


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_axe_finds_nothing_serious_on_the_pages_of_access(
    open_context: OpenContext, hotline: Hotline, url: str, screen: dict[str, int], scheme: Scheme
) -> None:
    page = open_context(viewport=screen, color_scheme=scheme).new_page()
    arrives(page, hotline, url, "boss", "admin")
    secret = secret_on(page)
    _well(page)
    page.locator("#set-up [name=code]").fill(pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    expect(page.locator("#recovery-codes")).to_be_visible()
    _well(page)
    page.get_by_role("button", name="I have written them down").click()
    Person(url).says(NUMBER)
    expect(page.locator("#live.up")).to_be_visible()
    shown: dict[str, Callable[[], None]] = {
        "people": lambda: expect(page.locator("#add")).to_be_visible(),
        "audit": lambda: expect(page.locator("#lines tr").nth(1)).to_be_visible(),
        "account": lambda: expect(page.locator("#sessions")).to_be_visible(),
    }
    for name, is_shown in shown.items():
        page.goto(f"{url}/desk#p/{name}")
        is_shown()
        _well(page)
    page.goto(f"{url}/desk#")
    page.locator("[data-tab=all_open]").click()
    page.locator("#list a").first.click()
    page.locator("#reveal-open").click()
    assert serious(page, "#reveal-dialog") == []
    page.locator("#reveal-close").click()
    page.keyboard.press("l")
    expect(page.locator("#lock")).to_be_visible()
    _well(page)


def _well(page: Page) -> None:
    assert serious(page) == []
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
