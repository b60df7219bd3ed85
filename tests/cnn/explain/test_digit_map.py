import threading

import numpy as np
import pytest
from sklearn.decomposition import PCA

from cnn.data.builtin import load_builtin
from cnn.explain import map_store
from cnn.explain.diagnosis import hidden_units
from cnn.explain.digit_map import map_by_components, map_by_neighbours, with_places
from cnn.explain.map_store import MapStore, key_of
from cnn.predictor import shipped_predictor
from tests.patience import wait_until


@pytest.fixture(scope="module")
def units():
    """Three heaps of points in twenty dimensions, thirty in each."""
    rng = np.random.default_rng(0)
    middles = rng.normal(0, 10, (3, 20)).repeat(30, axis=0)
    return (middles + rng.normal(0, 1, (90, 20))).astype(np.float32)


HEAPS = np.arange(3).repeat(30)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_MAPS_DIR", str(tmp_path))
    return tmp_path


def spread(places):
    """How far apart the heaps' middles lie, by how far their own digits lie from these."""
    middles = np.array([places[heap == HEAPS].mean(axis=0) for heap in range(3)])
    own = np.linalg.norm(places - middles[HEAPS], axis=1).mean()
    return np.linalg.norm(middles[[0, 1, 2]] - middles[[1, 2, 0]], axis=1).min() / own


def test_components_are_those_of_scikit_learn_and_new_digits_lie_along_them(units):
    found = map_by_components(units)
    expected = PCA(2).fit(units)
    np.testing.assert_allclose(np.abs(found.places), np.abs(expected.transform(units)), atol=0.01)
    np.testing.assert_allclose(found.place(units), found.places, atol=1e-4)
    new = units[:3] + 0.5
    np.testing.assert_allclose(np.abs(found.place(new)), np.abs(expected.transform(new)), atol=0.01)


def test_by_neighbours_alike_digits_lie_together_and_new_ones_among_them(units):
    found = map_by_neighbours(map_by_components(units))
    assert spread(found.places) > 3
    np.testing.assert_allclose(found.place(units), found.places, atol=1e-3)
    new = found.place(units + 0.1)
    nearest = np.linalg.norm(new[:, None] - found.places, axis=2).argmin(axis=1)
    np.testing.assert_array_equal(HEAPS[nearest], HEAPS)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_of_few_digits_there_is_a_map_too(units, n):
    found = map_by_components(units[:n])
    assert found.places.shape == (n, 2)
    assert np.isfinite(found.places).all()
    assert map_by_neighbours(found) is found
    assert found.place(units[:1]).shape == (1, 2)


def test_digits_that_are_all_alike_lie_upon_each_other(units):
    found = map_by_components(np.repeat(units[:1], 20, axis=0))
    np.testing.assert_allclose(found.places, 0, atol=1e-4)
    assert map_by_neighbours(found) is found
    assert map_by_components(np.zeros((9, 1), np.float32)).places.shape == (9, 2)


def test_no_digits_are_refused_in_one_sentence():
    with pytest.raises(ValueError, match="holds no digit"):
        map_by_components(np.zeros((0, 4), np.float32))


def test_a_drawing_lies_near_the_digits_of_its_kind():
    test = load_builtin().test
    network = shipped_predictor().model
    found = map_by_components(hidden_units(network, test.images[:100]))
    sorted_out = with_places(found, found.reduced[:, :2])
    new = sorted_out.place(hidden_units(network, test.images[100:140]))
    nearest = np.linalg.norm(new[:, None] - found.places, axis=2).argmin(axis=1)
    assert (test.labels[nearest] == test.labels[100:140]).mean() > 0.5


def test_a_map_is_computed_once_and_then_read_from_its_file(units, folder):
    asked = []

    def compute(found):
        asked.append(found)
        return with_places(found, found.places + 1)

    found = map_by_components(units)
    store = MapStore(compute)
    first = store.get(found).result()
    assert store.get(found).result() is first
    again = MapStore(compute).get(found).result()
    np.testing.assert_array_equal(again.places, first.places)
    assert again.is_by_neighbours
    assert len(asked) == 1
    # Another network sees the digits otherwise.
    MapStore(compute).get(map_by_components(units * 2)).result()
    assert len(asked) == 2
    # What is damaged is computed anew.
    (folder / f"{key_of(found)}.npz").write_bytes(b"damaged")
    np.testing.assert_array_equal(MapStore(compute).get(found).result().places, first.places)
    assert len(asked) == 3


def test_nobody_waits_for_a_map_and_one_that_failed_is_tried_again(units, folder):
    may_go_on = threading.Event()
    outcomes = [ValueError("once"), None]

    def compute(found):
        may_go_on.wait()
        outcome = outcomes.pop(0)
        if outcome:
            raise outcome
        return with_places(found, found.places)

    found = map_by_components(units)
    store = MapStore(compute)
    future = store.get(found)
    assert not future.done()
    assert store.get(found) is future
    may_go_on.set()
    wait_until(future.done)
    assert isinstance(future.exception(), ValueError)
    assert store.get(found).result().is_by_neighbours


def test_old_maps_are_removed(units, folder, monkeypatch):
    monkeypatch.setattr(map_store, "MOST_FILES", 2)
    store = MapStore(lambda found: with_places(found, found.places))
    for factor in (1, 2, 3, 4):
        store.get(map_by_components(units * factor)).result()
    assert len(list(folder.glob("*.npz"))) == 2
