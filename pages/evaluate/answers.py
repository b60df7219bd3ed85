"""A network's answers to digits: computed once for all sessions, in the background."""

from cnn.data.drawings import Tell
from cnn.data.measured import Measured
from cnn.evaluation.findings import Network
from cnn.evaluation.scores import Evaluation, evaluate
from pages.evaluate.networks import Started
from pages.evaluate.work import Desk, result_of

# Bytes of answers that are kept: MNIST's test digits have less than a million a network.
MOST_BYTES = 50_000_000


def of(network: Started, measured: Measured) -> Network | None:
    """Return what is found out about a network; None if the person has stopped it."""
    work = _desk.ask((network.key, measured.key), lambda tell: _read(network, measured, tell))
    doing = f"{network.name} reads {len(measured.digits):,} digits"
    evaluation = result_of(work, f"answers-{network.key[0]}-{measured.key}", doing)
    return None if evaluation is None else Network(network.name, evaluation)


def _read(network: Started, measured: Measured, tell: Tell) -> Evaluation:
    evaluation = evaluate(network.predictor, measured.digits, tell)
    # What the page shows first is kept with it; its libraries take a second to import.
    _ = evaluation.right.interval, evaluation.digits
    return evaluation


_desk: Desk[Evaluation] = Desk(lambda each: each.answers.probabilities.nbytes, MOST_BYTES)
