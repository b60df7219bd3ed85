"""How many steps are run in one call: as many as last about a second, however fast the machine."""

# At most: many enough to lose nothing by calling, few enough to watch.
MOST = 50
# Seconds that a call is to last: whoever watches sees it go on, whoever stops it is answered.
SECONDS = 0.8
# Digits of the first call, during which the steps are compiled, too.
FIRST_DIGITS = 250
# How many times longer than the last call the next may be, whose speed may have been chance.
GROWTH = 4


class Pace:
    """Fits the calls' length to the speed that the last one had.

    Attributes:
        steps: How many to run in the next call.
    """

    def __init__(self, batch_size: int, workers: int = 1) -> None:
        """Begin with few steps.

        Args:
            batch_size: Digits a step.
            workers: How many take each step together. Several must run equally many a call, so none
                goes by a speed of its own.
        """
        self._is_fixed = workers > 1
        self.steps = MOST if self._is_fixed else min(max(1, FIRST_DIGITS // batch_size), MOST)

    def note(self, steps: int, seconds: float) -> None:
        """Take note of how long a call took."""
        if not self._is_fixed:
            in_time = int(steps * SECONDS / max(seconds, 1e-9))
            self.steps = max(1, min(in_time, GROWTH * self.steps, MOST))
