"""Which numbers this processor multiplies faster: float32, or bfloat16 with half its bits."""

import time
from functools import cache
from pathlib import Path

from cnn.tf import tensorflow

# Multiplying two square matrices of this side takes milliseconds and keeps all cores busy.
SIDE = 1024
ROUNDS = 4
# What bfloat16 must gain before it is worth its coarser numbers; also keeps noise from choosing.
GAIN = 1.2


@cache
def fast_precision() -> str:
    """Return "bfloat16" if the processor multiplies it clearly faster, else "float32".

    Without instructions of its own bfloat16 is emulated, which is far slower. With them it need
    not be faster, as some virtual machines show: so it is measured, once a process.
    """
    if not _has_bfloat16():
        return "float32"
    gain = multiplications_a_second("bfloat16") / multiplications_a_second("float32")
    return "bfloat16" if gain > GAIN else "float32"


def multiplications_a_second(precision: str, side: int = SIDE, rounds: int = ROUNDS) -> float:
    """Measure how often a second two numbers are multiplied and added at best, in matrices.

    Args:
        precision: Of the numbers, "float32" or "bfloat16".
        side: Rows and columns of the matrices.
        rounds: How many products to time, of which the fastest counts.
    """
    tf = tensorflow()
    matrix = tf.cast(tf.random.stateless_normal((side, side), (0, 0)), precision)
    product = tf.function(lambda: tf.reduce_max(matrix @ matrix))
    product().numpy()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        product().numpy()
        times.append(time.perf_counter() - begin)
    return float(side**3 / min(times))


def _has_bfloat16() -> bool:
    flags = Path("/proc/cpuinfo")
    text = flags.read_text() if flags.is_file() else ""
    return "avx512_bf16" in text or "amx_bf16" in text
