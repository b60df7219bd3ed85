"""Where the time of a training step goes, operation by operation.

Has TensorFlow's own profiler look at a recipe's steps on MNIST, and sums for each operation how
long it was at work in a step. Operations that run side by side count one by one, so that the sum
may be more than the step.

    CNN_DATA_DIR=... python -m benchmarks.step_profile --recipe fast
"""

import argparse
import re
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.training import digits_a_second
from cnn.data.mnist import load_mnist
from cnn.recipe import RECIPES, SETTINGS
from cnn.tf import tensorflow
from cnn.training.dataset import training_set
from cnn.training.loop import Loop

PICOSECONDS_A_MS = 1e9
# Rows of the table; the rest is one.
MOST = 14
# What the profiler calls an operation: where it stands in the compiled function, a colon, its kind.
OPERATION = re.compile(r"while/body/_\d+/(?:gradient_tape/)?(?:while/)?(?P<name>.*):(?P<kind>\w+)$")


def profiled(loop: Loop) -> tuple[float, Counter[str]]:
    """Run a chunk of steps; return milliseconds a step, and those of each operation."""
    tf = tensorflow()
    loop.run_chunk()
    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(folder)
        begin = time.perf_counter()
        steps, _, _ = loop.run_chunk()
        step = 1000 * (time.perf_counter() - begin) / steps
        tf.profiler.experimental.stop()
        (path,) = Path(folder).rglob("*.xplane.pb")
        return step, _by_operation(path.read_bytes(), steps)


def _by_operation(written: bytes, steps: int) -> Counter[str]:
    # What the profiler writes; TensorFlow's package has the format, and does not export it.
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    space: Any = xplane_pb2.XSpace()
    space.ParseFromString(written)
    found: Counter[str] = Counter()
    for plane in space.planes:
        names = plane.event_metadata
        for event in (event for line in plane.lines for event in line.events):
            if operation := OPERATION.search(names[event.metadata_id].name):
                found[operation["name"]] += event.duration_ps / PICOSECONDS_A_MS / steps
    return found


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", choices=RECIPES, default="fast", help="default: fast")
    parser.add_argument(
        "--precision", choices=SETTINGS["precision"].choices, help="instead of the recipe's"
    )
    options = parser.parse_args()
    recipe = RECIPES[options.recipe]
    if options.precision:
        recipe = replace(recipe, precision=options.precision)
    loop = Loop(recipe, training_set(recipe, load_mnist(), []), None)
    step, operations = profiled(loop)
    limit = 1000 * recipe.batch_size / digits_a_second(loop.precision)
    print(f"A step of {recipe.batch_size} digits in {loop.precision}: {step:.1f} ms; the")
    print(f"multiplications alone, at the processor's best: {limit:.1f} ms.")
    print()
    print("| operation | ms a step | of all |")
    print("|---|---:|---:|")
    total = sum(operations.values())
    for name, ms in operations.most_common(MOST):
        print(f"| `{name}` | {ms:.2f} | {ms / total:.0%} |")
    rest = total - sum(ms for _, ms in operations.most_common(MOST))
    print(f"| {len(operations) - MOST} others | {rest:.2f} | {rest / total:.0%} |")


if __name__ == "__main__":
    main()
