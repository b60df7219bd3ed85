"""The way through the network as training goes it: the same values as the network's, sooner."""

from cnn.tf import KerasLayer, Model, Tensor, tensorflow


def forward(network: Model, images: Tensor, dropout: float, seed: Tensor) -> Tensor:
    """Return a batch's logits, in the network's precision.

    Args:
        network: keras.Model; see `cnn.model.build`.
        images: float32 [n, 28, 28, 1] in 0..1.
        dropout: Share of what each dense layer takes in that is left out.
        seed: int32 [2]; chooses what that is.
    """
    tf = tensorflow()
    x = tf.cast(images, network.layers[-1].compute_dtype)
    layers = enumerate(network.layers[1:])
    for number, layer in layers:
        if isinstance(layer, tf.keras.layers.Conv2D):
            _, pooling = next(layers)
            x = conv_pool(layer, pooling, x)
            continue
        if dropout and isinstance(layer, tf.keras.layers.Dense):
            x = tf.nn.experimental.stateless_dropout(x, dropout, seed + 4 + number)
        x = layer(x)
    return x


def conv_pool(convolution: KerasLayer, pooling: KerasLayer, x: Tensor) -> Tensor:
    """Convolve and pool; add the bias and cut off below 0 only then, where a quarter is left.

    The largest of four values stays the largest when something is added to all of them, and when
    what is below 0 becomes 0. An average does not stay the same.

    Args:
        convolution: keras.layers.Conv2D with ReLU.
        pooling: The layer after it.
        x: Maps [n, height, width, channels].
    """
    tf = tensorflow()
    if not isinstance(pooling, tf.keras.layers.MaxPooling2D):
        return pooling(convolution(x))
    maps = tf.nn.conv2d(x, tf.cast(convolution.kernel, x.dtype), strides=1, padding="SAME")
    return tf.nn.relu(tf.nn.bias_add(pooling(maps), tf.cast(convolution.bias, x.dtype)))
