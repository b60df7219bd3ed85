"""How a step moves the weights: Adam in one pass over each variable, and Muon for convolutions."""

from collections.abc import Sequence

from cnn.tf import Tensor, tensorflow

# The paper's decays, and Keras's guard against division by 0.
DECAY_OF_MEAN, DECAY_OF_SQUARE, EPSILON = 0.9, 0.999, 1e-7
# Beside Muon: a training of a few hundred steps must forget the first gradients sooner.
SHORT_DECAYS = (0.85, 0.98)
# Muon's steps are this many times Adam's rate: so both suit one rate, in the short trainings that
# it was chosen by.
MUON_RATE = 10.0
# Odd polynomials that draw singular values between 0 and 1 towards 1 in few rounds; the numbers are
# Jordan's.
ROUNDS = 5
LINEAR, CUBIC, QUINTIC = 3.4445, -4.7750, 2.0315


class Adam:
    """The optimiser of Kingma, Ba, "Adam: a method for stochastic optimization", 2015.

    One pass over each variable takes a third of the time of Keras's several.

    Attributes:
        moments: Running means of every variable's gradient, then those of its square, float32.
    """

    def __init__(
        self,
        variables: Sequence[Tensor],
        decays: tuple[float, float] = (DECAY_OF_MEAN, DECAY_OF_SQUARE),
    ) -> None:
        """Begin with moments of 0 for these variables."""
        tf = tensorflow()
        self._variables = list(variables)
        self._decays = decays
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
        count = tensorflow().cast(step + 1, tensorflow().float32)
        for (index, _), gradient in zip(enumerate(self._variables), gradients, strict=True):
            self._update(index, gradient, rate, count)

    def _update(self, index: int, gradient: Tensor, rate: Tensor, count: Tensor) -> None:
        of_mean, of_square = self._decays
        tensorflow().raw_ops.ResourceApplyAdam(
            var=self._variables[index].handle,
            m=self._means[index].handle,
            v=self._squares[index].handle,
            beta1_power=of_mean**count,
            beta2_power=of_square**count,
            lr=rate,
            beta1=of_mean,
            beta2=of_square,
            epsilon=EPSILON,
            grad=gradient,
        )


class Muon(Adam):
    """Adam for all but the kernels of convolutions, whose steps are made orthogonal.

    A convolution's running mean gradient, as a matrix from patches to maps, is replaced by the
    nearest orthogonal one: then no pattern is learned faster than others because it is frequent.
    From K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024. A dense
    layer's matrix is so large that this would take longer than all else.
    """

    def __init__(self, variables: Sequence[Tensor]) -> None:
        """Begin with moments of 0 for these variables."""
        super().__init__(variables, SHORT_DECAYS)

    def _update(self, index: int, gradient: Tensor, rate: Tensor, count: Tensor) -> None:
        variable, mean = self._variables[index], self._means[index]
        if len(variable.shape) != 4:
            super()._update(index, gradient, rate, count)
            return
        decay = self._decays[0]
        mean.assign(decay * mean + (1 - decay) * gradient)
        # One step ahead, as Nesterov's momentum looks.
        ahead = decay * mean + (1 - decay) * gradient
        direction = orthogonalised(tensorflow().reshape(ahead, (-1, variable.shape[-1])))
        rows, columns = direction.shape
        # Where there are more weights to a map than maps, each may change as much.
        scale = MUON_RATE * rate * max(1.0, rows / columns) ** 0.5
        variable.assign_sub(scale * tensorflow().reshape(direction, variable.shape))


def orthogonalised(matrix: Tensor) -> Tensor:
    """Return about the nearest matrix whose columns, or rows if they are fewer, are orthonormal.

    Newton and Schulz's iteration draws all singular values towards 1, to 0.7..1.2, and needs
    nothing but products.

    Args:
        matrix: float32 [rows, columns]; the fewer columns, the sooner.
    """
    tf = tensorflow()
    # No singular value is larger than the root of the sum of all squares.
    x = matrix / (tf.norm(matrix) + EPSILON)
    for _ in range(ROUNDS):
        gram = tf.matmul(x, x, transpose_a=True)
        x = LINEAR * x + x @ (CUBIC * gram + QUINTIC * gram @ gram)
    return x


OPTIMIZERS = {"adam": Adam, "muon": Muon}
