"""Adam, in one pass over each variable, which takes a third of the time of Keras's several."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cnn.tf import Tensor, tensorflow

# The paper's decays, and Keras's guard against division by 0.
DECAY_OF_MEAN, DECAY_OF_SQUARE, EPSILON = 0.9, 0.999, 1e-7


class Adam:
    """The optimiser of Kingma, Ba, "Adam: a method for stochastic optimization", 2015.

    Attributes:
        moments: Running means of every variable's gradient, then those of its square, float32.
    """

    def __init__(self, variables: Sequence[Tensor]) -> None:
        """Begin with moments of 0 for these variables."""
        tf = tensorflow()
        self._variables = list(variables)
        self._means, self._squares = (
            [tf.Variable(tf.zeros(variable.shape)) for variable in variables] for _ in range(2)
        )
        self.moments: list[Tensor] = [*self._means, *self._squares]

    def apply(self, gradients: Sequence[Tensor], rate: Tensor, step: Tensor) -> None:
        """Take one step down the gradients.

        Args:
            gradients: One for each variable.
            rate: Learning rate, float32 scalar.
            step: Steps taken before this one, int32 scalar.
        """
        tf = tensorflow()
        count = tf.cast(step + 1, tf.float32)
        for variable, mean, square, gradient in zip(
            self._variables, self._means, self._squares, gradients, strict=True
        ):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=mean.handle,
                v=square.handle,
                beta1_power=DECAY_OF_MEAN**count,
                beta2_power=DECAY_OF_SQUARE**count,
                lr=rate,
                beta1=DECAY_OF_MEAN,
                beta2=DECAY_OF_SQUARE,
                epsilon=EPSILON,
                grad=gradient,
            )


@contextmanager
def sam_perturbation(
    variables: Sequence[Tensor], gradients: Sequence[Tensor], distance: float
) -> Iterator[None]:
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
