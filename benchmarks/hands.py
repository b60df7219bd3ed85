"""What a recipe's network makes of hands and shapes that were held out of its training.

Figures that cannot be tuned to, to choose settings by: the recipe `best`, shortened, is trained
several times, each time without a fold of the families of glyphs and always without six writers of
the file of drawings and MNIST's validation digits. Then all of these are read, and what was never
trained on anyway: the built-in digits of the writers set aside, and ink that is no digit. No test
digit of MNIST's is looked at, and no drawing of `pendigits-orig.tes.gz`.

    python -m benchmarks.hands pendigits-orig.tra.gz

Options change the recipe, and with `--once` only the first fold is held out: so a setting is left
out, to compare with the same command without the option:

    python -m benchmarks.hands pendigits-orig.tra.gz --once --dropout 0

`--keep FOLDER` keeps the networks, which know neither these writers nor the validation digits, for
other scripts' `--model`. `--shipped`, or `--model FILE` here, trains nothing and reads with a
network that is there.

Writers have written some of the families' shapes of their own accord, and some are added to their
drawings (`add_regional_variants`): a family held out is one whose glyphs are, not a form that
nowhere occurs.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.unseen import (
    Score,
    drawn,
    folds,
    mean,
    read,
    read_with_writers_held_out,
    score,
    unseen_sets,
)
from cnn.augmentation.glyphs import FAMILIES, Family
from cnn.cli.training import add_recipe_options, changed_recipe
from cnn.data.digits import Digits, LabelledStrokes, Split
from cnn.data.mnist import load_mnist
from cnn.model import save_model
from cnn.predictor import Predictor, shipped_predictor
from cnn.recipe import RECIPES, Recipe, recipe_label
from cnn.training.dataset import NEGATIVE, training_set
from cnn.training.trainer import Finished, train

# A training by `best` sees about 11 million images in five epochs; one of these 400,000 in one, of
# each kind about as large a share.
EPOCHS = 1
SHORTER = 5
# Of so few steps an average over the last 1,000 would count the first ones, too.
MOST_AVERAGED = 0.98
SEEN = """Mind that a network by the whole `best` was trained on these families, on all writers, and
on the validation digits: for it only the built-in digits and what is no digit are unseen.
"""


@dataclass(frozen=True)
class Measured:
    """What a network makes of what it was not trained on.

    Attributes:
        families: By family of glyphs that was held out.
        together: All of these families, each counting as much.
        sets: By the name of each other set.
    """

    families: Mapping[Family, Score]
    together: Score
    sets: Mapping[str, Score]


def shortened(recipe: Recipe) -> Recipe:
    """Have a recipe see a fraction of the images, of each kind about as large a share."""
    return replace(
        recipe,
        epochs=EPOCHS,
        oversample=max(1, round(recipe.oversample / SHORTER)),
        stroke_copies=round(recipe.stroke_copies / SHORTER),
        glyph_copies=round(recipe.glyph_copies / SHORTER),
        negatives=round(recipe.negatives / SHORTER),
        ema_decay=min(recipe.ema_decay, MOST_AVERAGED),
        use_validation=False,
    )


def train_without(
    held_out: Sequence[Family], recipe: Recipe, split: Split, drawings: Sequence[LabelledStrokes]
) -> Finished:
    """Train a network without some families, and without the drawings that are held out.

    Its certainty is calibrated on the validation digits, as that of any training without them.
    """
    families = [family for family in FAMILIES if family not in held_out]
    training = training_set(recipe, split, drawings, families)
    for event in train(recipe, training, split.validation, validation=split.validation):
        if isinstance(event, Finished):
            return event
    raise AssertionError("A training ends with its end.")


def measure(
    network: Predictor, families: Sequence[Family], sets: Mapping[str, Digits], each: int
) -> Measured:
    """Read so many drawings of each family, and the other sets."""
    parts = [drawn(family, each) for family in families]
    labels = np.concatenate([part.labels for part in parts])
    answers = read(network, np.concatenate([part.images for part in parts]))
    places = [slice(first, first + each) for first in range(0, len(labels), each)]
    return Measured(
        families={
            family: score(labels[place], answers[place])
            for family, place in zip(families, places, strict=True)
        },
        together=score(labels, answers),
        sets={name: score(d.labels, read(network, d.images)) for name, d in sets.items()},
    )


def main() -> None:
    """Print a line for each training as it ends, then what was measured, as Markdown tables."""
    options = parsed_options()
    drawings = read_with_writers_held_out(options.drawings)
    split = load_mnist()
    sets = unseen_sets(split.validation, drawings)
    if options.shipped or options.model:
        network = Predictor.load(options.model, "") if options.model else shipped_predictor()
        print(SEEN)
        print_tables([measure(network, FAMILIES, sets, options.each)])
        return
    recipe = changed_recipe(shortened(RECIPES["best"]), options)
    print(f"Recipe: {recipe_label(recipe)}.\n")
    real = [name for name, digits in sets.items() if NEGATIVE not in digits.labels]
    print_head("trained without", "seconds", "temperature", "of these right", *real)
    # Before the training, not after it.
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    results = []
    parts = folds(FAMILIES, options.folds)
    for number, held_out in enumerate(parts[:1] if options.once else parts, start=1):
        begin = time.perf_counter()
        end = train_without(held_out, recipe, split, drawings)
        seconds = time.perf_counter() - begin
        if options.keep:
            save_model(end.model, options.keep / f"fold-{number}.keras")
        results.append(measure(Predictor(end.model, ""), held_out, sets, options.each))
        name = f"fold {number}, {len(held_out)} families"
        print_row(name, f"{seconds:.0f}", f"{end.temperature:.2f}", *in_short(results[-1]))
    print()
    print_tables(results)


def parsed_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drawings", type=Path, help="pendigits-orig.tra.gz")
    parser.add_argument("--folds", type=int, default=4, help="of families; default: 4")
    parser.add_argument("--each", type=int, default=100, help="drawings a family; default: 100")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the networks there")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--once", action="store_true", help="hold out the first fold only")
    what.add_argument("--shipped", action="store_true", help="read with the shipped network")
    what.add_argument("--model", type=Path, metavar="FILE", help="read with this network")
    add_recipe_options(parser.add_argument_group("the shortened recipe"))
    return parser.parse_args()


def in_short(found: Measured) -> list[str]:
    """Write the shares of right digits, of families and of each set that has any, for a table."""
    scores = [found.together, *found.sets.values()]
    return [f"{each.right:.2%}" for each in scores if each.right is not None]


def print_tables(results: Sequence[Measured]) -> None:
    """Print the means over all trainings, then each family that was held out, worst first."""
    families = {family: score for each in results for family, score in each.families.items()}
    print_head("mean", "right", "sure and wrong", "unsure", "calibration error")
    together = mean([each.together for each in results])
    print_row(f"{len(families)} families of glyphs", *percents(together))
    for name in results[0].sets:
        print_row(name, *percents(mean([each.sets[name] for each in results])))
    print()
    # Of one family there are too few drawings to tell how well its certainty is calibrated.
    print_head("family", "right", "sure and wrong", "unsure")
    worst_first = sorted(families.items(), key=lambda item: (-item[1].wrong, -item[1].unsure))
    for family, shares in worst_first:
        print_row(family.name, *percents(shares)[:3])


def print_head(*cells: str) -> None:
    """Print the first two rows of a Markdown table: figures stand right."""
    print_row(*cells)
    print_row("---", *["---:"] * (len(cells) - 1))


def print_row(*cells: object) -> None:
    """Print a row of a Markdown table at once."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def percents(shares: Score) -> list[str]:
    """Write a score's shares for a table."""
    return ["–" if share is None else f"{share:.2%}" for share in astuple(shares)]


if __name__ == "__main__":
    main()
