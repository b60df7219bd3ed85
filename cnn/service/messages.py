"""What is asked and answered, field by field; the service's description is made of these."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from cnn.decision import Kind
from cnn.ink.strokes import FARTHEST, MOST_READ, MOST_STROKES

# Drawings in one request: as many as are read together.
MOST_DRAWINGS = 64
# A network has fewer layers.
MOST_LAYERS = 64

# RFC 4648: four letters for three bytes, and the last ones filled up.
BASE64 = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"

Coordinate: TypeAlias = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]
Point: TypeAlias = tuple[Coordinate, Coordinate]
PenStroke: TypeAlias = Annotated[list[Point], Field(min_length=1, max_length=MOST_READ)]
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=100)]
Rows: TypeAlias = list[list[float]]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class Asked(BaseModel):
    """What is sent: nothing that is not known."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Drawing(Asked):
    """One drawing: either its strokes or a picture of it."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["strokes"]}, {"required": ["picture"]}]}
    )

    strokes: Annotated[
        list[PenStroke],
        Field(
            min_length=1,
            max_length=MOST_STROKES,
            description="Each a list of [x, y], y down, in any unit: the drawing's size and place"
            " do not matter.",
        ),
    ] = Field(default_factory=list)
    picture: Annotated[
        str,
        Field(
            min_length=1,
            description="A PNG, JPEG, WebP, GIF, TIFF, BMP, AVIF or PPM file in base64.",
            # Not checked by its pattern, which is no sentence for a person, but by decoding it.
            json_schema_extra={"contentEncoding": "base64", "pattern": BASE64},
        ),
    ] = Field(default_factory=str)

    @model_validator(mode="after")
    def _is_one(self) -> "Drawing":
        if len(self.model_fields_set & {"strokes", "picture"}) != 1:
            raise PydanticCustomError("one_of_two", "Give “strokes” or “picture”, one of the two")
        return self


class ReadRequest(Drawing):
    """A drawing to read."""

    network: Name = Field(
        default_factory=str,
        description="One of those that /networks lists; without it the network in use.",
    )
    layers: Annotated[
        list[Name],
        Field(max_length=MOST_LAYERS, description="Layers whose output to answer, as “conv1”."),
    ] = Field(default_factory=list)


class ReadManyRequest(Asked):
    """Drawings to read with one network."""

    drawings: Annotated[list[Drawing], Field(min_length=1, max_length=MOST_DRAWINGS)]
    network: Name = Field(
        default_factory=str,
        description="One of those that /networks lists; without it the network in use.",
    )


class Reading(BaseModel):
    """What the network makes of one drawing."""

    kind: Kind = Field(
        description="“digit”: one is named; “either-or”: it may be either of two; “no-digit”."
    )
    sure: bool = Field(description="Whether one digit is named.")
    digits: list[int] = Field(
        description="What it is or may be: one digit, two, or none; the more probable first."
    )
    sentence: str = Field(description="The same, said to a person.")
    digit: int = Field(ge=0, le=9, description="The most probable digit, of whatever kind.")
    probability: Share = Field(description="Its probability.")
    runner_up: int = Field(ge=0, le=9, description="The second most probable digit.")
    probabilities: list[Share] = Field(
        min_length=10, max_length=10, description="Of the digits 0 to 9; they sum to 1."
    )
    input: Rows = Field(
        description="What the network saw: 28 rows of 28 numbers, from 0 (paper) to 1 (ink)."
    )


class ReadAnswer(Reading):
    """What the network makes of a drawing, and which network."""

    network: str = Field(description="The network that has read.")
    layers: dict[str, Any] = Field(
        description="Output of each layer that was asked for: lists of rows, columns, channels."
    )


class ReadManyAnswer(BaseModel):
    """What the network makes of each drawing, in the order in which they were sent."""

    network: str = Field(description="The network that has read.")
    readings: list[Reading]


class Network(BaseModel):
    """A network that can be asked for."""

    name: str
    label: str = Field(description="What to call it before people.")
    in_use: bool = Field(description="Whether it reads when none is asked for.")


class Networks(BaseModel):
    """All networks that can be asked for."""

    networks: list[Network]


class Health(BaseModel):
    """How the service is."""

    status: Literal["ok", "ready"]


class Problem(BaseModel):
    """What is wrong, by RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = Field(description="One sentence: what is wrong, and what to do.")
