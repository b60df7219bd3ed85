"""What is in a photo beside the digit, around it, or instead of it."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter
from sklearn.datasets import load_sample_images

from cnn.ink.photo import preparation_of_photo, rasterise_photo
from cnn.ink.strokes import InkError, rasterise

WIDTH, HEIGHT = 400, 300
SEVEN = [(170, 100), (230, 100), (190, 200)]
BOX = [(140, 70), (260, 70), (260, 230), (140, 230), (140, 70)]
WOBBLY = [
    (138, 73),
    (200, 68),
    (263, 71),
    (259, 150),
    (262, 232),
    (141, 228),
    (137, 150),
    (140, 71),
]
TURNED = [(150, 60), (270, 72), (252, 240), (132, 228), (150, 60)]
TALL = [(100, 5), (290, 5), (290, 295), (100, 295), (100, 5)]


def encode(picture):
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def drawing(lines, *, ink="black", paper="white"):
    """A picture of lines, each its points and its pen's width."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), paper)
    pen = ImageDraw.Draw(picture)
    for points, width in lines:
        pen.line(points, fill=ink, width=width, joint="curve")
    return picture


def likeness(picture, points=SEVEN):
    image = rasterise_photo(encode(picture))
    expected = rasterise([np.array(points, float)])
    return np.corrcoef(image.ravel(), expected.ravel())[0, 1]


def notes(picture):
    return preparation_of_photo(encode(picture))[1].note


@pytest.mark.parametrize("line", [2, 14])
@pytest.mark.parametrize(
    "frame",
    [
        pytest.param([BOX], id="box"),
        pytest.param([WOBBLY], id="box by hand"),
        pytest.param([TURNED], id="turned box"),
        pytest.param([TALL], id="large box"),
        pytest.param([BOX[:4]], id="left side missing"),
        pytest.param([BOX[1:]], id="top missing"),
        pytest.param([[(130, 60), (270, 60), (270, 240), (130, 240), (130, 59)], BOX], id="double"),
        pytest.param([BOX, [(60, 70), (140, 70)], [(60, 230), (140, 230)]], id="cell of a form"),
    ],
)
def test_a_frame_around_a_digit_is_left_out(frame, line):
    picture = drawing([(SEVEN, 6), *((side, line) for side in frame)])
    assert likeness(picture) > 0.85
    assert "frame left out" in notes(picture)


def test_a_frame_that_the_digit_touches_is_left_out():
    assert likeness(drawing([(SEVEN, 8), ([*BOX[:3], (140, 230), (140, 70)], 3)])) > 0.85
    touching = [(180, 100), (258, 150), (180, 200)]
    assert likeness(drawing([(touching, 8), (BOX, 4)]), touching) > 0.8


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([BOX], id="square zero"),
        pytest.param([BOX, [(198, 150), (202, 150)]], id="dotted zero"),
        pytest.param([BOX, [(140, 230), (260, 70)]], id="slashed zero"),
        pytest.param([BOX, [(140, 150), (260, 150)]], id="squared eight"),
        pytest.param([BOX[:3], [(140, 150), (260, 150)], BOX[2:4]], id="squared three"),
        pytest.param([BOX[:3], [(260, 150), (140, 150), (140, 70)], BOX[2:4]], id="squared nine"),
    ],
)
def test_what_belongs_to_a_squarely_drawn_digit_is_no_frame(lines):
    assert "frame" not in notes(drawing([(points, 8) for points in lines]))


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_a_round_zero_is_no_frame_around_a_mark_inside(share):
    picture = drawing([([(200, 150 - 80 * share), (200, 150 + 80 * share)], 8)])
    ImageDraw.Draw(picture).ellipse((140, 70, 260, 230), outline="black", width=8)
    assert "frame" not in notes(picture)


@pytest.mark.parametrize("line", [1, 4])
@pytest.mark.parametrize("slant", [-6, 10])
@pytest.mark.parametrize("squared", [False, True])
def test_rules_across_a_digit_are_left_out(line, slant, squared):
    rules = [([(-1, y), (WIDTH, y + slant)], line) for y in range(25, HEIGHT, 60)]
    if squared:
        rules += [([(x, -1), (x - slant, HEIGHT)], line) for x in range(30, WIDTH, 60)]
    picture = drawing([*rules, (SEVEN, 8)])
    assert likeness(picture) > 0.75
    assert "lines left out" in notes(picture)


@pytest.mark.parametrize(
    "points",
    [
        pytest.param([(0, 0), (59, 0), (20, 99)], id="7"),
        pytest.param([(40, 0), (0, 60), (59, 60), (45, 60), (45, 99)], id="4"),
        pytest.param([(30, 0), (30, 99)], id="1"),
    ],
)
def test_a_digit_cut_out_to_its_rim_keeps_its_straight_lines(points):
    picture = Image.new("RGB", (60, 100), "white")
    ImageDraw.Draw(picture).line(points, fill="black", width=6, joint="curve")
    assert "lines" not in notes(picture)


@pytest.mark.parametrize(
    ("ink", "paper", "seen"),
    [
        ((0, 0, 255), (97, 0, 0), "red light|blue light"),
        ((200, 0, 0), (0, 102, 0), "red light|green light"),
        ((225, 105, 60), (90, 150, 170), "light"),
        ((255, 245, 120), "white", "blue light"),
        ((150, 150, 150), (190, 190, 190), "grey"),
    ],
)
def test_ink_that_differs_in_hue_alone_is_seen(ink, paper, seen):
    picture = drawing([(SEVEN, 8)], ink=ink, paper=paper)
    assert likeness(picture) > 0.85
    assert any(hue in preparation_of_photo(encode(picture))[0].note for hue in seen.split("|"))


def test_noise_in_colour_is_no_ink():
    pixels = np.random.default_rng(0).normal((120, 125, 130), (4, 4, 12), (HEIGHT, WIDTH, 3))
    with pytest.raises(InkError):
        rasterise_photo(encode(Image.fromarray(pixels.astype(np.uint8))))


def textures():
    rng = np.random.default_rng(0)
    down, across = np.mgrid[:HEIGHT, :WIDTH]
    distance = np.hypot(down - 150, across - 200)
    cloud = gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), 12)
    china = load_sample_images().images[0]
    yield pytest.param(china, id="temple")
    yield pytest.param(cloud, id="clouds")
    yield pytest.param(np.sin(across / 8 + 3 * cloud / cloud.std()), id="wood")
    yield pytest.param(np.exp(-((distance / 70) ** 2)), id="ball")
    yield pytest.param(distance < 90, id="blot")
    yield pytest.param((across // 40 + down // 40) % 2, id="checkerboard")
    yield pytest.param(rng.random((HEIGHT, WIDTH)), id="noise")


@pytest.mark.parametrize("pixels", list(textures()))
def test_a_picture_of_something_else_is_refused(pixels):
    pixels = np.asarray(pixels, float)
    pixels = (pixels - pixels.min()) / np.ptp(pixels) * 255
    with pytest.raises(InkError, match=r"something else|no ink"):
        rasterise_photo(encode(Image.fromarray(pixels.astype(np.uint8))))


@pytest.mark.parametrize("blur", [2, 5])
def test_a_digit_out_of_focus_in_uneven_light_is_read(blur):
    paper = np.asarray(drawing([(SEVEN, 14)]).convert("L"), float)
    light = np.linspace(0.5, 1, WIDTH)
    photo = gaussian_filter(paper, blur) * light
    assert likeness(Image.fromarray(photo.astype(np.uint8))) > 0.8
