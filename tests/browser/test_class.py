"""What a visitor and the owner of a server see of the Train page in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.made_runs import make_run
from tests.server import serve

pytestmark = pytest.mark.browser
PASSWORD = "Grüne Äpfel"


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server with a password and one finished run, in the place of the shared one."""
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    make_run(tmp_path, "done")
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(f'[owner]\npassword = "{PASSWORD}"')
    with serve(tmp_path / "log.txt", secrets) as address:
        yield address


def test_a_visitor_looks_and_the_password_opens_the_form_until_one_signs_off(open_page):
    page = open_page("/Train", ready=".lines div")
    start = page.get_by_role("button", name="Start training")
    owner = page.get_by_role("button", name="Owner")
    password = page.get_by_role("textbox", name="Password")
    expect(page.get_by_text("Here only the owner trains")).to_be_visible()
    expect(start).to_have_count(0)

    owner.click()
    password.fill("guess")
    password.press("Enter")
    expect(page.get_by_text("This is not the password.")).to_be_visible()
    expect(password).to_have_value("")
    password.fill(PASSWORD)
    page.get_by_role("button", name="Sign on").click()
    expect(start).to_be_visible()
    assert PASSWORD not in page.url + page.content()

    page.get_by_role("button", name="Sign off").click()
    expect(owner).to_be_visible()
    expect(start).to_have_count(0)
