"""Files that pages have offered browsers: nobody gets another one."""

import threading
from collections import OrderedDict

from pages.server.lasting import Lasting


class Offers:
    """Keeps the files that were offered last; threads may share it."""

    def __init__(self, prefix: str, most: int) -> None:
        """Begin with none.

        Args:
            prefix: Of their addresses, below the app's own.
            most: So many are kept; whoever shows another one offers it again.
        """
        self._prefix, self._most = prefix, most
        self._lock = threading.Lock()
        # Those offered last, last.
        self._files: OrderedDict[str, Lasting] = OrderedDict()

    def offer(self, file: Lasting) -> str:
        """Let whoever knows a file's address have it; returns that, below the app's own."""
        with self._lock:
            self._files[file.digest] = file
            self._files.move_to_end(file.digest)
            while len(self._files) > self._most:
                self._files.popitem(last=False)
        return self._prefix + file.digest

    def find(self, digest: str) -> Lasting | None:
        """Return the file of this digest, or None if no page has offered it."""
        return self._files.get(digest)
