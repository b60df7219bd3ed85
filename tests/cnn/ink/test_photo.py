import contextlib
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from cnn.data.builtin import load_builtin
from cnn.ink.photo import preparation_of_photo, rasterise_photo
from cnn.ink.strokes import InkError, centre_of_mass, rasterise

WHITE, BLACK, CLEAR = (255, 255, 255, 255), (0, 0, 0, 255), (0, 0, 0, 0)
TWO = [(50, 75), (75, 35), (130, 40), (140, 85), (100, 130), (50, 180), (150, 180)]
EXPECTED = rasterise([np.array(TWO, float)])


def draw(ink, paper, *, width=12, at=(0, 0), scale=1.0, size=(200, 220)):  # noqa: PLR0913
    """A two as an RGBA picture."""
    picture = Image.new("RGBA", size, paper)
    pen = ImageDraw.Draw(picture)
    points = [(x * scale + at[0], y * scale + at[1]) for x, y in TWO]
    pen.line(points, fill=ink, width=width, joint="curve")
    for x, y in (points[0], points[-1]):
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=ink)
    return picture


def encode(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def likeness(image):
    """Correlation with the two that its strokes give."""
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert image.min() >= 0
    assert image.max() <= 1
    assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.15)
    return np.corrcoef(image.ravel(), EXPECTED.ravel())[0, 1]


GREY = draw(BLACK, WHITE).convert("L")
COLOUR = draw(BLACK, WHITE).convert("RGB")
DOTS = np.tile(np.array([[255, 0], [0, 0]], np.uint8), (500, 500))
DEEP = np.asarray(GREY, np.uint16) * 257


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encode(draw(BLACK, WHITE)), id="dark on light"),
        pytest.param(encode(draw(WHITE, BLACK)), id="light on dark"),
        pytest.param(encode(draw(BLACK, CLEAR)), id="dark on transparent"),
        pytest.param(encode(draw(WHITE, CLEAR)), id="light on transparent"),
        pytest.param(encode(draw((20, 30, 160, 255), (250, 245, 230, 255))), id="blue on cream"),
        pytest.param(encode(draw((250, 220, 60, 255), (20, 60, 40, 255))), id="chalk on a board"),
        pytest.param(encode(COLOUR, "JPEG", quality=40), id="JPEG"),
        pytest.param(encode(COLOUR.convert("CMYK"), "JPEG"), id="CMYK JPEG"),
        pytest.param(encode(COLOUR, "WEBP"), id="WebP"),
        pytest.param(encode(COLOUR, "BMP"), id="BMP"),
        pytest.param(encode(COLOUR.convert("LAB"), "TIFF"), id="Lab TIFF"),
        pytest.param(encode(GREY.convert("1")), id="one bit"),
        pytest.param(encode(COLOUR.convert("P")), id="palette"),
        pytest.param(encode(draw(BLACK, CLEAR).convert("LA")), id="grey with transparency"),
        pytest.param(encode(draw(BLACK, CLEAR), "GIF"), id="transparent GIF"),
        pytest.param(encode(Image.fromarray(DEEP)), id="16 bits"),
        pytest.param(encode(Image.fromarray(DEEP // 300 + 40)), id="16 bits, few of them used"),
        pytest.param(encode(GREY.convert("F"), "TIFF"), id="floating point TIFF"),
        pytest.param(
            encode(GREY, "GIF", save_all=True, append_images=[Image.new("L", GREY.size)]),
            id="first frame of an animation",
        ),
    ],
)
def test_every_kind_of_picture_gives_what_strokes_give(data):
    assert likeness(rasterise_photo(data)) > 0.9


def test_numbers_that_are_not_finite_do_no_harm():
    pixels = np.asarray(GREY, np.float32).copy()
    pixels[0, :3] = np.inf, -np.inf, np.nan
    assert likeness(rasterise_photo(encode(Image.fromarray(pixels), "TIFF"))) > 0.9


@pytest.mark.parametrize("width", [2, 6, 12, 30])
@pytest.mark.parametrize("scale", [1, 4])
def test_width_of_the_pen_and_size_of_the_picture_hardly_matter(width, scale):
    size = (200 * scale, 220 * scale)
    picture = draw(BLACK, WHITE, width=width * scale, scale=scale, size=size)
    assert likeness(rasterise_photo(encode(picture))) > 0.85


def test_a_small_digit_in_a_large_photo_is_found():
    picture = draw(BLACK, WHITE, width=8, at=(2200, 1700), size=(3000, 2400))
    assert likeness(rasterise_photo(encode(picture))) > 0.9


def test_shadow_noise_and_a_dark_desk_at_the_border_are_left_out():
    rng = np.random.default_rng(0)
    paper = np.asarray(draw((40, 40, 60, 255), WHITE, scale=2, at=(150, 80), size=(800, 600)))
    row, column = np.mgrid[:600, :800]
    light = 0.9 - 0.3 * column / 800 - 0.25 * (row + column > 900)
    photo = paper[..., :3] * light[..., None] + rng.normal(0, 5, (600, 800, 1))
    photo[:, 760:] = 20
    picture = Image.fromarray(photo.clip(0, 255).astype(np.uint8))
    assert likeness(rasterise_photo(encode(picture, "JPEG"))) > 0.9


def test_a_photo_is_turned_as_the_camera_was_held():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by 90 degrees
    lying = COLOUR.transpose(Image.Transpose.ROTATE_90)
    assert likeness(rasterise_photo(encode(lying, "JPEG", exif=exif))) > 0.9


@pytest.mark.parametrize("zoom", [1, 10])
def test_a_picture_that_is_like_mnist_already_stays_nearly_as_it_is(zoom):
    for image in load_builtin().validation.images[:20]:
        picture = Image.fromarray((image * 255).astype(np.uint8))
        picture = picture.resize((28 * zoom, 28 * zoom), Image.Resampling.BICUBIC)
        again = rasterise_photo(encode(picture))
        assert np.corrcoef(again.ravel(), image.ravel())[0, 1] > 0.85


def test_the_last_step_is_the_networks_input():
    data = encode(COLOUR)
    steps = preparation_of_photo(data)
    assert [step.name for step in steps] == ["Picture", "Ink", "Scaled", "Centred"]
    assert all(0 <= step.picture.min() <= step.picture.max() <= 1 for step in steps)
    np.testing.assert_array_equal(steps[-1].picture, rasterise_photo(data))


@pytest.mark.parametrize("orientation", [0, 9, 2**16 - 1])
def test_a_camera_that_was_held_in_no_way_there_is_turns_nothing(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert likeness(rasterise_photo(encode(COLOUR, "JPEG", exif=exif))) > 0.9


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_jpeg_of_a_hundred_million_pixels_is_read():
    picture = draw(BLACK, WHITE, width=12, size=(200, 200)).convert("L").resize((10_000, 10_000))
    assert likeness(rasterise_photo(encode(picture, "JPEG"))) > 0.9


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "no picture that can be read", id="nothing"),
        pytest.param(b"just a text\n" * 99, "no picture that can be read", id="text"),
        pytest.param(b"<svg xmlns='a'/>", "no picture that can be read", id="SVG"),
        pytest.param(b"\0\0\0\x18ftypheic\0\0\0\0", "no picture that can be read", id="HEIC"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n", "no picture that can be read", id="EPS"),
        pytest.param(encode(COLOUR, "JPEG")[:1500], "damaged or cut off", id="truncated JPEG"),
        pytest.param(encode(COLOUR)[:600], "damaged or cut off", id="truncated PNG"),
        pytest.param(encode(Image.new("L", (1, 1))), "no ink", id="1×1"),
        pytest.param(encode(Image.new("L", (300, 200), 255)), "no ink", id="all white"),
        pytest.param(encode(Image.new("RGB", (300, 200))), "no ink", id="all black"),
        pytest.param(encode(Image.new("I;16", (300, 200), 9999)), "no ink", id="16 bits, empty"),
        pytest.param(encode(Image.new("RGBA", (9, 9))), "wholly transparent", id="transparent"),
        pytest.param(encode(Image.new("1", (10_000, 10_000))), "10000×10000", id="PNG too large"),
        pytest.param(encode(Image.new("1", (65_500, 1))), "no ink", id="65,500 wide"),
        pytest.param(
            encode(Image.new("1", (65_500, 400))), "65500×400", id="65,500 wide, 400 high"
        ),
        pytest.param(
            encode(COLOUR.resize((5000, 5001))), "below 25 million", id="25 million pixels"
        ),
        pytest.param(
            encode(COLOUR.resize((4000, 3300)), "WEBP", method=0), "below 13 million", id="WebP"
        ),
        pytest.param(
            encode(COLOUR.resize((8000, 6400)), "JPEG", progressive=True),
            "below 50 million",
            id="progressive JPEG",
        ),
        pytest.param(b"P3\n1500 1000\n255\n" + b"1 2 3 " * 10, "below 1 million", id="PPM text"),
        pytest.param(encode(GREY) + bytes(20_000_000), "20,0.* bytes, too many", id="20 MB"),
        pytest.param(encode(Image.fromarray(DOTS)), "only specks", id="250,000 specks"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_cannot_be_read_gets_a_clear_sentence(data, message):
    with pytest.raises(InkError, match=message):
        rasterise_photo(data)


def assert_read_or_refused(data):
    """No other exception than InkError, and no picture without ink."""
    with contextlib.suppress(InkError):
        image = rasterise_photo(data)
        assert np.isfinite(image).all()
        assert image.any()


@pytest.mark.filterwarnings("ignore")  # Pillow warns of what it finds damaged.
@settings(max_examples=60)
@given(st.data())
def test_damaged_pictures_are_read_or_refused_with_a_sentence(data):
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP"]))
    content = bytearray(encode(COLOUR, kind))
    places = st.integers(0, min(200, len(content) - 1))
    for place, byte in data.draw(st.dictionaries(places, st.integers(0, 255), max_size=8)).items():
        content[place] = byte
    length = data.draw(st.integers(0, len(content)))
    assert_read_or_refused(bytes(content[:length]))


@settings(max_examples=60)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32), st.sampled_from([0.02, 0.5]))
def test_any_pixels_are_read_or_refused_with_a_sentence(width, height, seed, share):
    pixels = (np.random.default_rng(seed).random((height, width)) < share) * np.uint8(255)
    assert_read_or_refused(encode(Image.fromarray(pixels)))
