"""A browser's tab, as the server sees it: made by hand, it can send what no browser would."""

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.patience import PATIENCE


def connection(server, session="", **options):
    """Connect to a server; with a session's name, as a browser does that goes on with it."""
    address = server.replace("http", "ws") + "/_stcore/stream"
    protocols = ["streamlit", *(["token", session] if session else [])]
    return connect(address, subprotocols=protocols, max_size=None, **options)


class Tab:
    """A browser's tab.

    Attributes:
        session: The name of its session.
        widgets: From the keys of what can be pressed or entered to their ids.
        texts: What the page says in HTML.
        files: The paths that the server has given for uploads.
    """

    def __init__(self, socket, page="Train"):
        self.socket, self.page = socket, page
        self.session, self.script = "", ""
        self.files = []
        self.send()

    def run(self, press="", texts=()):
        """Run the page as a person can: with a button that is there pressed, and texts entered."""
        texts = {self.widgets[key]: text for key, text in dict(texts).items()}
        return self.send([self.widgets[press]] if press else [], texts)

    def send(self, presses=(), texts=(), query=""):
        """Run the page with any messages, by the ids of widgets; see what it shows then."""
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.query_string = self.page, query
        for press in presses:
            state.widget_states.widgets.add(id=press, trigger_value=True)
        for widget, text in dict(texts).items():
            state.widget_states.widgets.add(id=widget, string_value=text)
        return self.tell(message)

    def tell(self, message):
        """Send any message that makes the page run."""
        self.socket.send(message.SerializeToString())
        self.widgets, self.texts = {}, []
        while not self._see(ForwardMsg.FromString(self.socket.recv(PATIENCE))):
            pass
        return self

    def ask_for_upload(self, *names):
        """Ask the server where to send files; return the paths."""
        message = BackMsg()
        message.file_urls_request.request_id = "files"
        message.file_urls_request.file_names.extend(names)
        self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(self.socket.recv(PATIENCE))
            if answer.WhichOneof("type") == "file_urls_response":
                return [urls.upload_url for urls in answer.file_urls_response.file_urls]

    def _see(self, answer):
        """Look at what the server says; return whether the run is over."""
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            self.session = answer.new_session.initialize.session_id
            self.script = answer.new_session.main_script_path
        elif kind == "delta":
            self._look(answer.delta.new_element)
        return (
            kind == "script_finished" and answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        )

    def _look(self, element):
        assert not element.HasField("exception"), element.exception.message
        if element.HasField("html"):
            self.texts.append(element.html.body)
        for kind in ("button", "download_button", "text_input", "selectbox", "file_uploader"):
            if element.HasField(kind):
                widget = getattr(element, kind).id
                # An id ends with the key.
                self.widgets[widget.split("-", 2)[2]] = widget
