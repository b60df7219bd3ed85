"""What a `.keras` file holds, read without running anything of it: a chain of layers, its weights.

A network may come from any program that writes Keras's files. Which ones this program can read
with and explain is said here, by the kinds of their layers and how they hang together, not by what
the layers are called: from an image [28, 28, 1], convolutions with ReLU and poolings, flattening,
and dense layers with ReLU, of which the last has ten units. What does nothing when a network reads,
such as dropout, is left out, and so is a softmax at the end, as ours stands outside.
"""

import io
import json
import math
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from cnn.files import FileError, open_plain, parse_json
from cnn.ink.strokes import SIZE

# The largest network that a recipe can ask for has 52 million.
MOST_PARAMETERS = 60_000_000
# Bytes of the weights' file, and of the description.
MOST_WEIGHTS, MOST_CONFIG = 5 * MOST_PARAMETERS, 1_000_000
MOST_LAYERS = 64
# Beyond it, activations might be more than float32 can hold.
STRONGEST = 1e30
HDF5 = b"\x89HDF\r\n\x1a\n"

Kind: TypeAlias = Literal["Conv2D", "MaxPooling2D", "AveragePooling2D", "Flatten", "Dense"]
Count: TypeAlias = Annotated[int, Field(ge=1, le=1_000_000)]
Extent: TypeAlias = Annotated[int, Field(ge=1, le=SIZE)]
Pair: TypeAlias = tuple[Extent, Extent]
Zero: TypeAlias = Annotated[float, Field(ge=0, le=0)]
Padding: TypeAlias = Literal["same", "valid"]
Function: TypeAlias = Literal["linear", "relu", "softmax"]
# What does nothing when a network reads.
_WORDS: dict[Kind, str] = {
    "Conv2D": "conv",
    "MaxPooling2D": "pool",
    "AveragePooling2D": "pool",
    "Flatten": "flatten",
    "Dense": "dense",
}
IDLE = {"Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout"}


@dataclass(frozen=True)
class Part:
    """One layer.

    Attributes:
        kind: Its class in Keras.
        name: What this program calls it: "conv1", "pool1", "flatten", "dense1", "logits".
        arguments: What its class makes it of, besides its name.
        shape: Of its output.
        kernel: Shape of its kernel; () if it weighs nothing.
        has_bias: Whether the file holds a bias of it.
    """

    kind: Kind
    name: str
    arguments: dict[str, Any]
    shape: tuple[int, ...]
    kernel: tuple[int, ...] = ()
    has_bias: bool = False


@dataclass(frozen=True)
class _Described:
    class_name: str
    config: dict[str, Any]
    module: str | None = None
    registered_name: str | None = None
    inbound_nodes: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class _Layers:
    layers: Annotated[tuple[_Described, ...], Field(max_length=MOST_LAYERS)]
    output_layers: list[Any] = field(default_factory=list)
    build_input_shape: list[Any] | None = None


@dataclass(frozen=True)
class _Network:
    class_name: str
    config: _Layers


@dataclass(frozen=True)
class _Input:
    batch_shape: tuple[int | None, ...]


@dataclass(frozen=True)
class _Convolution:
    filters: Count
    kernel_size: Pair
    strides: Pair = (1, 1)
    padding: Padding = "valid"
    activation: Function = "linear"
    use_bias: bool = True
    dilation_rate: tuple[Literal[1], Literal[1]] = (1, 1)
    groups: Literal[1] = 1
    data_format: Literal["channels_last"] | None = None


@dataclass(frozen=True)
class _Pooling:
    pool_size: Pair
    strides: Pair | None = None
    padding: Padding = "valid"
    data_format: Literal["channels_last"] | None = None


@dataclass(frozen=True)
class _Flatten:
    data_format: Literal["channels_last"] | None = None


@dataclass(frozen=True)
class _Dense:
    units: Count
    activation: Function = "linear"
    use_bias: bool = True


@dataclass(frozen=True)
class _Activation:
    activation: Function


@dataclass(frozen=True)
class _Relu:
    max_value: None = None
    negative_slope: Zero = 0.0
    threshold: Zero = 0.0


@dataclass(frozen=True)
class _Softmax:
    axis: Literal[-1, 1] = -1


_Settings: TypeAlias = _Convolution | _Pooling | _Flatten | _Dense
_CLASSES: dict[str, type[Any]] = {
    "Conv2D": _Convolution,
    "MaxPooling2D": _Pooling,
    "AveragePooling2D": _Pooling,
    "Flatten": _Flatten,
    "Dense": _Dense,
    "Activation": _Activation,
    "ReLU": _Relu,
    "Softmax": _Softmax,
}


@dataclass(frozen=True)
class _Link:
    """A layer of the chain as the file describes it, and what its output goes through."""

    kind: Kind
    called: str
    settings: _Settings
    activation: Function


def read_network(file: Path) -> tuple[list[Part], list[NDArray[np.float32]]]:
    """Read the chain of layers that a `.keras` file holds, from the first to the logits.

    Returns:
        The layers; kernel and bias of each that weighs, in this order, float32.

    Raises:
        FileError: It is no such file, damaged, or holds a network that this program cannot read
            with; the message says which layer breaks which rule.
    """
    with open_plain(file) as stream:
        if stream.read(len(HDF5)) == HDF5:
            raise FileError(
                f"The model {file} is an HDF5 file: open it in Keras 3, and save it as “.keras”."
            )
        try:
            archive = zipfile.ZipFile(stream)
            described = _member(archive, "config.json", MOST_CONFIG)
            parts = _parts(parse_json(described, _Network, "its description"))
            return parts, _weights(parts, _member(archive, "model.weights.h5", MOST_WEIGHTS))
        except _RuleError as error:
            raise FileError(f"The model {file} cannot be used: {error}.") from error
        # Python's zip reader and HDF5's raise whatever they come to.
        except Exception as error:
            raise FileError(
                f"The model {file} is damaged or was made by another program; train it again or"
                f" use the shipped one ({error!s:.100})."
            ) from error


class _RuleError(Exception):
    """A network breaks a rule, which the message tells."""


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    member = archive.getinfo(name)
    # No more than this is ever unpacked of it.
    if member.file_size > most:
        raise _RuleError(f"its {name} unfolds to more than {most:,} bytes")
    return archive.read(member)


def _parts(network: _Network) -> list[Part]:
    """Name the layers by their kinds and places, and work out their shapes."""
    parts: list[Part] = []
    shape = _input_shape(network)
    if shape != (SIZE, SIZE, 1):
        raise _RuleError(f"it takes {shape!s:.60}, and must take {(SIZE, SIZE, 1)}")
    links = list(_links(_chain(network)))
    for link in links:
        _check_activation(link, is_last=link is links[-1])
        parts.append(_part(link, parts, parts[-1].shape if parts else (SIZE, SIZE, 1)))
    if not parts or parts[-1].kind != "Dense" or parts[-1].shape != (10,):
        raise _RuleError("it must end with a dense layer of 10 units")
    if sum(math.prod(part.kernel) for part in parts if part.kernel) > MOST_PARAMETERS:
        raise _RuleError(f"it has more than {MOST_PARAMETERS:,} parameters")
    return [*parts[:-1], replace(parts[-1], name="logits")]


def _input_shape(network: _Network) -> tuple[int | None, ...]:
    first = next(iter(network.config.layers), None)
    if first is not None and first.class_name == "InputLayer":
        return _settings(first, _Input).batch_shape[1:]
    return tuple((network.config.build_input_shape or [])[1:])


def _chain(network: _Network) -> Sequence[_Described]:
    """Return the layers behind the input, if each takes in what the one before gives, alone."""
    layers = network.config.layers
    behind = layers[1:] if layers and layers[0].class_name == "InputLayer" else layers
    if network.class_name == "Sequential":
        return behind
    if network.class_name != "Functional":
        raise _RuleError(f"it is a {network.class_name:.40}, and must be a chain of layers")
    for before, layer in zip(layers, behind, strict=False):
        sources = list(_histories(layer.inbound_nodes))
        if len(layer.inbound_nodes) != 1 or sources != [[before.config.get("name"), 0, 0]]:
            raise _RuleError(
                f"the layer {_called(layer)} does not take in what {_called(before)} gives, alone:"
                " it must be a chain, without branches"
            )
    end = [layers[-1].config.get("name") if layers else None, 0, 0]
    if network.config.output_layers not in (end, [end]):
        raise _RuleError("it must have one output, that of its last layer")
    return behind


def _histories(node: Any) -> Iterator[Any]:
    """Find which layers' outputs a layer takes in, wherever its description tells of them."""
    if isinstance(node, dict):
        if "keras_history" in node:
            yield node["keras_history"]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _histories(part)


def _called(layer: _Described) -> str:
    return f"“{layer.config.get('name')!s:.40}”"


def _settings(layer: _Described, kind: type[Any]) -> Any:
    try:
        return parse_json(json.dumps(layer.config).encode(), kind, f"the layer {_called(layer)}")
    except FileError as error:
        raise _RuleError(f"{error}".removesuffix(".")) from error


def _links(layers: Sequence[_Described]) -> Iterator[_Link]:
    """Take the layers one by one; an activation by itself belongs to the layer before."""
    waiting: _Link | None = None
    for layer in layers:
        kind = layer.class_name
        # A layer of somebody's own may bear a name of Keras's.
        if layer.module != "keras.layers" or layer.registered_name is not None:
            kind = f"{kind:.40} of another library"
        if kind in IDLE:
            continue
        if kind not in _CLASSES:
            raise _RuleError(
                f"the layer {_called(layer)} is a {kind:.60}; only convolutions, max and average"
                " pooling, flattening, dense layers and dropout can be read with"
            )
        settings = _settings(layer, _CLASSES[kind])
        if isinstance(settings, _Activation | _Relu | _Softmax):
            waiting = _activated(waiting, layer, settings)
            continue
        if waiting is not None:
            yield waiting
        activation = getattr(settings, "activation", "linear")
        waiting = _Link(kind, _called(layer), settings, activation)  # type: ignore[arg-type]
    if waiting is not None:
        yield waiting


def _activated(
    before: _Link | None, layer: _Described, settings: _Activation | _Relu | _Softmax
) -> _Link | None:
    activation: Function = "softmax" if isinstance(settings, _Softmax) else "relu"
    if isinstance(settings, _Activation):
        activation = settings.activation
    if activation == "linear":
        return before
    if before is None or before.kind not in {"Conv2D", "Dense"} or before.activation != "linear":
        raise _RuleError(f"{_called(layer)} must follow a convolution or a dense layer at once")
    return replace(before, activation=activation)


def _check_activation(link: _Link, is_last: bool) -> None:
    """Check that ReLU follows each weighing, and nothing but a softmax the last."""
    wanted = ("linear", "softmax") if is_last else ("relu",)
    if link.kind in {"Conv2D", "Dense"} and link.activation not in wanted:
        raise _RuleError(
            f"the layer {link.called} has the activation {link.activation}, and must have"
            f" {' or '.join(wanted)}"
        )


def _part(link: _Link, before: Sequence[Part], source: tuple[int, ...]) -> Part:
    """Make a layer that takes in a shape, behind others."""
    settings = link.settings
    name = _WORDS[link.kind]
    if link.kind != "Flatten":
        name += str(1 + sum(_WORDS[part.kind] == name for part in before))
    made: dict[str, Any]
    if isinstance(settings, _Dense):
        if len(source) != 1:
            raise _RuleError(f"the dense layer {link.called} takes in maps: flatten them before")
        units = (settings.units,)
        made = {"units": settings.units}
        return Part(link.kind, name, made, units, source + units, settings.use_bias)
    if len(source) != 3:
        raise _RuleError(f"the layer {link.called} takes in {source}, and needs maps")
    if isinstance(settings, _Flatten):
        return Part(link.kind, name, {}, (math.prod(source),))
    size = settings.pool_size if isinstance(settings, _Pooling) else settings.kernel_size
    strides = settings.strides or size
    sides = [
        -(-n // step) if settings.padding == "same" else (n - extent) // step + 1
        for n, extent, step in zip(source, size, strides, strict=False)
    ]
    if min(sides) < 1:
        raise _RuleError(f"the layer {link.called} leaves nothing of maps of {source[:2]}")
    made = {"strides": strides, "padding": settings.padding}
    if isinstance(settings, _Pooling):
        return Part(link.kind, name, made | {"pool_size": size}, (*sides, source[2]))
    made |= {"filters": settings.filters, "kernel_size": size}
    kernel = (*size, source[2], settings.filters)
    return Part(link.kind, name, made, (*sides, settings.filters), kernel, settings.use_bias)


def _weights(parts: Sequence[Part], content: bytes) -> list[NDArray[np.float32]]:
    """Take the chain's weights from the content of an HDF5 file; a bias that is not there is 0."""
    import h5py

    weights: list[NDArray[np.float32]] = []
    # What an activation can come to at most, for any image.
    strongest = 1.0
    with h5py.File(io.BytesIO(content), "r") as file:
        weighing = [part for part in parts if part.kernel]
        for i, part in enumerate(weighing):
            number = sum(earlier.kind == part.kind for earlier in weighing[:i])
            place = part.kind.lower() + (f"_{number}" if number else "")
            kernel = _values(file, f"layers/{place}/vars/0", part.kernel)
            units = part.kernel[-1:]
            bias = np.zeros(units, np.float32)
            if part.has_bias:
                bias = _values(file, f"layers/{place}/vars/1", units)
            sums = np.abs(kernel).reshape(-1, *units).sum(axis=0, dtype=np.float64)
            strongest = float((sums * strongest + np.abs(bias)).max())
            if not strongest < STRONGEST:
                raise _RuleError(f"weights of its layer {part.name} are not finite, or too large")
            weights += [kernel, bias]
    return weights


def _values(file: Any, place: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    found = file[place]
    # Other files' content may be linked in, and what is packed may unfold without end.
    is_own = found.file == file and not found.external and not found.is_virtual
    if not is_own or found.shape != shape or found.dtype.kind != "f":
        raise _RuleError(
            f"its weights {place} are {found.dtype} {found.shape}, and must be numbers {shape}"
        )
    with np.errstate(over="ignore"):
        return np.asarray(found[()], np.float32)
