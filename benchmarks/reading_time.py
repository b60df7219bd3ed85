"""How long one reading takes: ink to input, and input to probabilities and all activations.

python benchmarks/reading_time.py
"""

import statistics
import time
from collections.abc import Callable

import numpy as np

from cnn.ink.strokes import rasterise
from cnn.predictor import shipped_predictor

ROUNDS = 500
SEVEN = [np.array([[60.0, 50.0], [200.0, 50.0], [110.0, 240.0]])]


def median_ms(action: Callable[[], object]) -> float:
    """Return the median time of an action in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


def main() -> None:
    """Print both medians as a Markdown table."""
    predictor = shipped_predictor()
    image = rasterise(SEVEN)
    print(f"| step | median of {ROUNDS} |\n|---|---:|")
    print(f"| strokes to the 28×28 input | {median_ms(lambda: rasterise(SEVEN)):.2f} ms |")
    print(
        "| input to probabilities and all layers' activations "
        f"| {median_ms(lambda: predictor.read(image)):.2f} ms |"
    )


if __name__ == "__main__":
    main()
