"""What tells digits from ink that is none, and below which value to call an answer unsure.

Compares what a network says of an image, and how far it lies from training digits in the units
before the answer. Digits are MNIST's validation digits and those of six writers of a file of
drawings: a network that has learned from these does not count, one that `hands.py` keeps does.

    python -m benchmarks.hands pendigits-orig.tra.gz --once --keep my
    python -m benchmarks.separation pendigits-orig.tra.gz --model my/fold-1.keras
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from benchmarks.non_digits import EACH, LETTERS, SIGNS, pairs, scribble, shapes
from benchmarks.unseen import read_with_writers_held_out
from cnn.data.digits import Digits, LabelledStrokes
from cnn.data.drawings import draw_digits
from cnn.data.mnist import load_mnist
from cnn.decision import EITHER_OR, Kind, decide
from cnn.ink.strokes import Picture, Stroke, rasterise
from cnn.predictor import Predictor, shipped_predictor
from cnn.tf import tensorflow

# Training digits of MNIST that distances are measured to, and the neighbour that counts (Sun et
# al. 2022, "Out-of-distribution detection with deep nearest neighbors").
KNOWN, NEIGHBOUR = 5_000, 10
# Share of the digits that may be called unsure.
LOST = 0.01
# Largest probabilities below which no digit might be named alone.
ALONE = np.arange(0.5, 0.96, 0.05)

Values = NDArray[np.floating]


class Scores:
    """What each image is scored by: the larger, the more it is a digit."""

    def __init__(self, predictor: Predictor, known: Digits) -> None:
        """Learn where the digits that a network was trained on lie in its last units."""
        tf = tensorflow()
        self._predictor = predictor
        model = predictor.model
        self._units = tf.keras.Model(model.inputs, model.layers[-2].output)
        units = self._of_units(known.images)
        self._means = _on_sphere(
            np.array([units[known.labels == digit].mean(axis=0) for digit in range(10)])
        )
        self._near = NearestNeighbors(n_neighbors=NEIGHBOUR).fit(units)

    def of(self, images: Picture) -> dict[str, Values]:
        """Score images by each of the ways that are compared."""
        logits, units = self._predictor.logits(images).astype(np.float64), self._of_units(images)
        ranked = np.sort(softmax(logits, axis=1), axis=1)
        neighbours, _ = self._near.kneighbors(units)
        return {
            "largest probability": ranked[:, -1],
            "two largest probabilities": ranked[:, -2:].sum(axis=1),
            "energy of the logits": logsumexp(logits, axis=1),
            "cosine to a digit's mean": (units @ self._means.T).max(axis=1),
            "distance to the training digits": -neighbours[:, -1],
        }

    def _of_units(self, images: Picture) -> Values:
        units: Values = self._units.predict(images[..., None], batch_size=250, verbose=0)
        # Ink that says nothing to the network lies near the origin, and so near everything.
        return _on_sphere(units)


def _ranked(predictor: Predictor, images: Picture) -> Values:
    return np.sort(predictor.probabilities(images), axis=1).astype(np.float64)


def _on_sphere(units: Values) -> Values:
    return units / np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1e-9)


def non_digits(drawings: Sequence[LabelledStrokes]) -> dict[str, Picture]:
    """Draw as many of each kind of ink that is no digit."""
    kinds: dict[str, Callable[[Generator], list[Stroke]]] = {
        "scribbles": scribble,
        "letters": shapes(LETTERS),
        "signs": shapes(SIGNS),
        "pairs": pairs(drawings),
    }
    drawn = {}
    for name, make in kinds.items():
        rng = np.random.default_rng(7)
        drawn[name] = np.array([rasterise(make(rng)) for _ in range(EACH)])
    return drawn


def compare(digits: dict[str, dict[str, Values]], others: dict[str, dict[str, Values]]) -> None:
    """Print how well each score separates; sets of digits and kinds of ink weigh the same."""
    print(f"| score | AUROC | {' | '.join(others)} | all | unsure below |")
    print("|---|---:|" + "---:|" * (len(others) + 2))
    for score in next(iter(digits.values())):
        pairs = [(d[score], o[score]) for d in digits.values() for o in others.values()]
        area = np.mean([_area(*pair) for pair in pairs])
        threshold = min(float(np.quantile(d[score], LOST)) for d in digits.values())
        caught = [float((other[score] < threshold).mean()) for other in others.values()]
        shares = " | ".join(f"{share:.1%}" for share in [*caught, np.mean(caught)])
        print(f"| {score} | {area:.4f} | {shares} | {threshold:.3f} |")


def thresholds(digits: dict[str, Values], others: dict[str, Values]) -> None:
    """Print, by ranked probabilities, what `cnn.decision`'s two thresholds may be, and catch then.

    A digit that is not named alone is lost, whether two are named or none.
    """
    print(f"\n| SURE | EITHER_OR | {' | '.join(others)} | all |")
    print("|---:|---:|" + "---:|" * (len(others) + 1))
    for sure in ALONE:
        # As high as can be: those that fall below SURE are lost already.
        shared = [np.where(d[:, -1] < sure, 0.0, d[:, -2:].sum(axis=1)) for d in digits.values()]
        either_or = min(float(np.quantile(each, LOST)) for each in shared)
        if not either_or:
            continue
        caught = [
            float(((o[:, -2:].sum(axis=1) < either_or) | (o[:, -1] < sure)).mean())
            for o in others.values()
        ]
        shares = " | ".join(f"{share:.1%}" for share in [*caught, np.mean(caught)])
        print(f"| {sure:.2f} | {either_or:.3f} | {shares} |")


def _area(digits: Values, others: Values) -> float:
    is_digit = np.r_[np.ones(len(digits)), np.zeros(len(others))]
    return float(roc_auc_score(is_digit, np.r_[digits, others]))


def tell(predictor: Predictor, images: dict[str, Picture]) -> None:
    """Print what people are told now (`cnn.decision`)."""
    print(f"\n| ink | {' | '.join(Kind)} |\n|---|" + "---:|" * len(Kind))
    for name, pictures in images.items():
        told = [decide(p).kind for p in predictor.probabilities(pictures)]
        shares = " | ".join(f"{told.count(kind) / len(told):.1%}" for kind in Kind)
        print(f"| {len(told):,} {name} | {shares} |")


def tell_of_either_or(predictor: Predictor, digits: Digits) -> None:
    """Print how often, of digits of which the network is not sure, the two it names hold it."""
    unsure = [
        (decision, label)
        for p, label in zip(predictor.probabilities(digits.images), digits.labels, strict=True)
        if not (decision := decide(p)).sure
    ]
    held = sum(label in (decision.digit, decision.runner_up) for decision, label in unsure)
    shared = [decision.probability + decision.runner_up_probability for decision, _ in unsure]
    above = sum(share >= EITHER_OR for share in shared)
    print(
        f"\nOf {len(unsure)} digits called unsure, the two most probable ones hold {held};"
        f" {above} share {EITHER_OR:g} and more between them."
    )


def main() -> None:
    """Print the scores compared, and what is told now, as Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drawings", type=Path)
    parser.add_argument("--model", type=Path, help=".keras file instead of the shipped one")
    options = parser.parse_args()
    model = options.model
    predictor = Predictor.load(model, model.stem) if model else shipped_predictor()
    mnist, drawings = load_mnist(), read_with_writers_held_out(options.drawings)
    held_out = [drawing for drawing in drawings if drawing.held_out]
    digits = {
        "MNIST's validation digits": mnist.validation,
        "drawings by held-out writers": draw_digits(held_out),
    }
    others = non_digits(held_out)
    known = draw_digits([drawing for drawing in drawings if not drawing.held_out])
    scores = Scores(
        predictor,
        Digits(
            np.concatenate([mnist.train.images[:KNOWN], known.images]),
            np.concatenate([mnist.train.labels[:KNOWN], known.labels]),
        ),
    )
    print(f"Share of no digits caught where {LOST:.1%} of either set of digits is lost:\n")
    compare(
        {name: scores.of(some.images) for name, some in digits.items()},
        {name: scores.of(images) for name, images in others.items()},
    )
    print("\nThresholds that lose as many, and what they catch: take the row that catches most.")
    thresholds(
        {name: _ranked(predictor, some.images) for name, some in digits.items()},
        {name: _ranked(predictor, images) for name, images in others.items()},
    )
    print("\nWhat is told by those in use:")
    tell(predictor, {name: some.images for name, some in digits.items()} | others)
    everything = Digits(
        np.concatenate([some.images for some in digits.values()]),
        np.concatenate([some.labels for some in digits.values()]),
    )
    tell_of_either_or(predictor, everything)


if __name__ == "__main__":
    main()
