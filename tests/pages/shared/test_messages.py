"""Messages that a browser never sends by itself, made by hand and sent to a real server."""

import subprocess
import sys

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from cnn.runs import active_model
from cnn.runs.process import JobFile
from cnn.runs.run import all_runs
from tests.made_runs import make_run
from tests.patience import PATIENCE
from tests.server import serve

PASSWORD = "Grüne Äpfel"


@pytest.fixture(scope="module")
def job():
    """A process that stands for a training, so that those in the queue wait."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"]) as process:
        yield psutil.Process(process.pid)
        process.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory, job):
    folder = tmp_path_factory.mktemp("class")
    secrets = folder / "secrets.toml"
    secrets.write_text(f'[owner]\npassword = "{PASSWORD}"')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_RUNS_DIR", str(folder))
        make_run(folder, "done").model_file.write_bytes(b"never read")
        busy = make_run(folder, "busy", epochs=1, finished=False)
        JobFile.of_process(job).write(busy.folder)
        with serve(folder / "log.txt", secrets) as address:
            yield address


def connection(server, **options):
    address = server.replace("http", "ws") + "/_stcore/stream"
    return connect(address, subprotocols=["streamlit"], max_size=None, **options)


class Tab:
    """A browser's tab, as the server sees it."""

    def __init__(self, socket):
        self.socket = socket
        self.widgets = {}
        self.texts = []
        self.send()

    def run(self, press="", texts=()):
        """Run the page as a person can: with a button that is there pressed, and texts entered."""
        texts = {self.widgets[key]: text for key, text in dict(texts).items()}
        return self.send([self.widgets[press]] if press else [], texts)

    def send(self, presses=(), texts=(), query=""):
        """Run the Train page with any messages, by the ids of widgets; see what it shows then."""
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.query_string = "Train", query
        for press in presses:
            state.widget_states.widgets.add(id=press, trigger_value=True)
        for widget, text in dict(texts).items():
            state.widget_states.widgets.add(id=widget, string_value=text)
        self.socket.send(message.SerializeToString())
        self.widgets, self.texts = {}, []
        while True:
            answer = ForwardMsg.FromString(self.socket.recv(PATIENCE))
            if answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and answer.HasField(
                "script_finished"
            ):
                return self
            self._see(answer.delta.new_element)

    def _see(self, element):
        assert not element.HasField("exception"), element.exception.message
        if element.HasField("html"):
            self.texts.append(element.html.body)
        for kind in ("button", "text_input", "selectbox"):
            if element.HasField(kind):
                widget = getattr(element, kind).id
                # An id ends with the key.
                self.widgets[widget.split("-", 2)[2]] = widget


@pytest.fixture
def tab(server):
    with connection(server) as socket:
        yield Tab(socket)


def sign_on(tab):
    return tab.run("sign-on", {"password": PASSWORD})


@pytest.fixture(scope="module")
def known(server):
    """Ids of all that an owner finds on the page; they are the same in every session."""
    with connection(server) as socket:
        tab = sign_on(Tab(socket))
        ids = dict(tab.widgets)
        tab.run(texts={"run": "done"})
        ids |= tab.widgets
        tab.run(texts={"run": "done", "picked-model": "Model done"})
        return ids | tab.widgets


BUTTONS = {"start", "use-this-model", "make-default", "picker-default", "pause", "stop"}


def attack(tab, known, buttons=BUTTONS):
    """Press an owner's buttons all at once, with an address that claims to be the owner's."""
    texts = {
        known["new-name"]: "theirs",
        known["picked-model"]: "Model done",
        known["run"]: "done",
    }
    presses = [known[key] for key in buttons]
    query = "run=done&model=done&entered-password=x&CNN_TRAINING=on"
    return tab.send(presses, texts, query)


def assert_nothing_was_done(tab, job):
    assert job.status() == psutil.STATUS_SLEEPING
    assert {run.name for run in all_runs()} == {"busy", "done"}
    assert active_model.default() == "shipped"
    assert '<span class="note">Shipped model</span>' in tab.texts
    assert not BUTTONS & set(tab.widgets)


def test_a_visitors_messages_for_buttons_that_he_was_never_shown_do_nothing(tab, known, job):
    for _ in range(2):
        assert_nothing_was_done(attack(tab, known), job)


def test_messages_for_the_buttons_of_a_page_that_was_signed_off_do_nothing(tab, known, job):
    assert "start" in sign_on(tab).widgets
    tab.run("sign-off")
    for _ in range(2):
        assert_nothing_was_done(attack(tab, known), job)


def test_the_same_messages_of_the_owner_do_something(tab, known, job):
    sign_on(tab)
    attack(tab, known, {"start", "pause"})
    assert job.status() == psutil.STATUS_STOPPED
    assert {run.name for run in all_runs()} == {"busy", "done", "theirs"}


def test_another_sites_page_cannot_connect(server):
    with pytest.raises(InvalidStatus) as refused, connection(server, origin="http://b.example"):
        pass
    assert refused.value.response.status_code == 403
