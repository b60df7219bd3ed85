"""Steps that lead to flat places: where weights a little off read as well, new digits are too.

P. Foret, A. Kleiner, H. Mobahi, B. Neyshabur, "Sharpness-aware minimization for efficiently
improving generalization", 2021.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cnn.tf import tensorflow


@contextmanager
def uphill(variables: Sequence[Any], gradients: Sequence[Any], distance: float) -> Iterator[None]:
    """Move variables up their gradients while the guarded code runs, then bring them back.

    The gradient taken there is that of the highest cost nearby, to first order: a step down it
    lowers the cost of the whole neighbourhood.

    Args:
        variables: Of a network.
        gradients: One for each variable.
        distance: How far all move together: the length of their change as one vector.
    """
    tf = tensorflow()
    here = [tf.identity(variable) for variable in variables]
    # Where all gradients are 0 there is no way up.
    scale = distance / tf.maximum(tf.linalg.global_norm(gradients), 1e-12)
    for variable, gradient in zip(variables, gradients, strict=True):
        variable.assign_add(scale * gradient)
    try:
        yield
    finally:
        for variable, value in zip(variables, here, strict=True):
            variable.assign(value)
