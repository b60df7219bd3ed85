import dataclasses
import itertools

import numpy as np
import pytest

from cnn.augmentation.glyphs import FAMILIES, ONE_OR_SEVEN, strokes_of
from cnn.data.builtin import load_builtin
from cnn.data.digits import Digits, LabelledStrokes, Split
from cnn.data.drawings import draw_digits
from cnn.model import build, save_model
from cnn.predictor import Predictor
from cnn.recipe import Recipe
from cnn.setting import RecipeError
from cnn.training.dataset import NEGATIVE, TrainingSet, digits_an_epoch, training_set
from cnn.training.loop import Loop, kept_weights
from cnn.training.pace import Pace
from cnn.training.trainer import (
    Epoch,
    Finished,
    Measuring,
    Started,
    Step,
    TrainingError,
    train,
)

QUICK = Recipe(
    filters=(8, 16),
    dense_units=64,
    initialiser="he",
    epochs=2,
    batch_size=32,
    learning_rate=4e-3,
    precision="float32",
)


@pytest.fixture(scope="module")
def split():
    whole = load_builtin()
    return Split(
        "some",
        Digits(whole.train.images[:320], whole.train.labels[:320]),
        Digits(whole.validation.images[:20], whole.validation.labels[:20]),
        Digits(whole.test.images[:40], whole.test.labels[:40]),
    )


@pytest.fixture(scope="module")
def drawings():
    rng = np.random.default_rng(0)
    shapes = {family.digit: family.shape for family in FAMILIES if family.digit < 10}
    return [LabelledStrokes(digit, strokes_of(shape, rng)) for digit, shape in shapes.items()]


def weights_after(recipe, training, test):
    *_, last = train(recipe, training, test)
    return last.model.get_weights()


def test_a_training_tells_its_story_in_order_and_learns(split):
    events = list(train(QUICK, training_set(QUICK, split, []), split.test))
    kinds = [kind for kind, _ in itertools.groupby(map(type, events))]
    assert kinds == [Started, *[Step, Measuring, Epoch] * 2, Finished]
    assert (events[0].digits, events[0].steps, events[0].precision) == (320, 20, "float32")
    steps = [e for e in events if isinstance(e, Step)]
    assert {10, 20} <= {step.step for step in steps}
    # How long the first steps took says nothing: they were compiled meanwhile.
    assert steps[0].seconds_left is steps[0].digits_per_second is None
    assert None not in [e.seconds_left for e in steps[1:]]
    first, second = (e for e in events if isinstance(e, Epoch))
    assert second.loss < first.loss
    assert second.test_accuracy > 0.3
    reread = Predictor(events[-1].model, "trained").probabilities(split.test.images)
    assert (reread.argmax(axis=1) == split.test.labels).mean() == second.test_accuracy


def test_each_epoch_is_measured_on_validation_digits_which_change_how_sure_it_is_alone(split):
    recipe = dataclasses.replace(QUICK, epochs=1)
    training = training_set(recipe, split, [])
    *_, epoch, finished = train(recipe, training, split.test, validation=split.validation)
    answers = Predictor(finished.model, "trained").probabilities(split.validation.images)
    right = (answers.argmax(axis=1) == split.validation.labels).mean()
    assert epoch.validation_accuracy == right != epoch.test_accuracy
    *_, without = train(recipe, training, split.test)
    ours, theirs = (
        Predictor(end.model, "").logits(split.test.images) for end in (finished, without)
    )
    np.testing.assert_allclose(ours * finished.temperature, theirs, rtol=1e-4, atol=1e-5)
    assert finished.temperature != 1
    assert without.temperature is None
    for calibrated, plain in zip(
        finished.model.get_weights()[:-2], without.model.get_weights()[:-2], strict=True
    ):
        np.testing.assert_array_equal(calibrated, plain)


@pytest.mark.parametrize("validation", [None, draw_digits([])], ids=["none", "empty"])
def test_without_validation_digits_an_epoch_says_nothing_of_them(split, validation):
    recipe = dataclasses.replace(QUICK, epochs=1)
    training = training_set(recipe, split, [])
    *_, epoch, finished = train(recipe, training, split.test, validation=validation)
    assert epoch.validation_accuracy is None
    assert finished.temperature is None


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(split):
    recipe = dataclasses.replace(QUICK, epochs=1, augmentation_strength=1.0, dropout=0.5)
    training = training_set(recipe, split, [])
    one, same = (weights_after(recipe, training, split.test) for _ in range(2))
    other = weights_after(dataclasses.replace(recipe, seed=5), training, split.test)
    for a, b, c in zip(one, same, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)


class Cut(Pace):
    """Runs so many steps in each call, one call after the other."""

    def __init__(self, *lengths):
        self._lengths = itertools.cycle(lengths)
        self.note()

    def note(self, *_):
        self.steps = next(self._lengths)


def test_the_weights_do_not_depend_on_how_many_steps_a_call_runs_and_nothing_is_compiled_anew(
    split,
):
    recipe = dataclasses.replace(QUICK, augmentation_strength=1.0, dropout=0.5, ema_decay=0.9)
    training = training_set(recipe, split, [])

    def after_two_epochs(*lengths):
        loop = Loop(recipe, training, None)
        loop._pace = Cut(*lengths)
        for _ in range(2):
            while loop.steps_done < loop.steps_an_epoch:
                loop.run_chunk()
            loop.end_epoch()
        assert loop._run.experimental_get_tracing_count() == 1
        return kept_weights(recipe, loop.snapshot())

    whole = after_two_epochs(50)
    for lengths in ((1,), (3, 4, 1)):
        for ours, theirs in zip(after_two_epochs(*lengths), whole, strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_what_reads_as_before_the_first_step_does_so_after_it(split):
    training = training_set(QUICK, split, [])
    events = train(QUICK, training, split.test)
    before = next(events).before
    fresh = Predictor(build(QUICK), "fresh").probabilities(split.test.images)
    step = next(events)
    np.testing.assert_array_equal(before().probabilities(split.test.images), fresh)
    assert not np.array_equal(step.predictor().probabilities(split.test.images), fresh)


def test_averaged_weights_are_another_network_than_the_last_ones(split):
    recipe = dataclasses.replace(QUICK, epochs=1)
    training = training_set(recipe, split, [])
    last = weights_after(recipe, training, split.test)
    averaged = weights_after(dataclasses.replace(recipe, ema_decay=0.9), training, split.test)
    assert not np.allclose(last[0], averaged[0], atol=1e-6)
    assert np.allclose(last[0], averaged[0], atol=0.05)


class Poisoned(TrainingSet):
    def targets(self):
        return super().targets() * np.nan


def test_a_diverging_training_stops_with_advice(split):
    whole = training_set(QUICK, split, [])
    poisoned = Poisoned(whole.images, whole.labels, whole.strength)
    with pytest.raises(TrainingError, match=r"guessing: try a smaller learning rate than 0\.004"):
        list(train(QUICK, poisoned, split.test))


def test_too_few_digits_for_a_batch_are_refused(split):
    few = TrainingSet(np.zeros((20, 28, 28), np.uint8), np.zeros(20, int), np.ones(20, "f"))
    with pytest.raises(TrainingError, match="20 training digits, fewer than one batch of 50"):
        next(train(Recipe(), few, split.test))


def test_a_training_set_holds_what_the_recipe_says(split, drawings):
    recipe = dataclasses.replace(
        QUICK, oversample=2, stroke_copies=3, glyph_copies=2, negatives=40, use_validation=True
    )
    training = training_set(recipe, split, drawings)
    assert len(training) == 2 * (320 + 20) + 3 * 10 + 2 * len(FAMILIES) + 40
    assert len(training) == digits_an_epoch(recipe, 320, 20, len(drawings))
    assert (training.labels == NEGATIVE).sum() == 40
    np.testing.assert_array_equal(
        training.images[:320], np.round(split.train.images * 255).astype(np.uint8)
    )
    np.testing.assert_array_equal(training.images[:340], training.images[340:680])
    targets = training.targets()
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)
    assert targets[0].argmax() == training.labels[0]
    np.testing.assert_allclose(targets[training.labels == NEGATIVE], 0.1)
    ambiguous = training.labels == ONE_OR_SEVEN
    np.testing.assert_allclose(targets[ambiguous][:, [1, 7]], 0.5)
    assert ambiguous.any()
    assert not (training.is_digit() & (ambiguous | (training.labels == NEGATIVE))).any()
    again = training_set(recipe, split, drawings)
    np.testing.assert_array_equal(training.images, again.images)


def test_families_can_be_held_out_of_a_training(split):
    recipe = dataclasses.replace(QUICK, glyph_copies=3)
    training = training_set(recipe, split, [], families=FAMILIES[:2])
    assert len(training) == 320 + 3 * 2


def test_a_recipe_that_needs_pen_drawings_says_so(split):
    with pytest.raises(RecipeError, match="need pen drawings"):
        training_set(dataclasses.replace(QUICK, stroke_copies=1), split, [])


def test_a_saved_network_reads_as_before_at_half_the_size(split, tmp_path):
    recipe = Recipe(epochs=1, batch_size=160, precision="float32")
    *_, last = train(recipe, training_set(recipe, split, []), split.test)
    path = tmp_path / "model.keras"
    save_model(last.model, path)
    assert path.stat().st_size < 8e6
    np.testing.assert_allclose(
        Predictor.load(path, "saved").probabilities(split.test.images),
        Predictor(last.model, "kept").probabilities(split.test.images),
        atol=0.01,
    )
