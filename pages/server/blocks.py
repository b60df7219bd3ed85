"""Which parts of a page a browser has got, as they lie in one another.

A fragment that is run again while its page still comes has what was not yet sent of it taken back
by Streamlit (1.62), except for elements that the browser has kept from before, and that are named
by their digest alone. Without the blocks around them these have no place, and the browser would
give up the whole page. They come again with their fragment.
"""

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class Blocks:
    """The blocks of the page that a browser is on."""

    def __init__(self) -> None:
        self._paths: set[tuple[int, ...]] = set()

    def begin(self) -> None:
        """Forget them: a whole page comes, with all its blocks."""
        self._paths.clear()

    def take(self, message: ForwardMsg) -> bool:
        """Note a part of the page; return whether it has a place there."""
        path = tuple(message.metadata.delta_path)
        # The page's own few blocks are always there.
        if len(path) > 2 and path[:-1] not in self._paths:
            return False
        if message.delta.HasField("add_block"):
            self._paths.add(path)
        return True
