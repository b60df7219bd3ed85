import numpy as np

from cnn.plots.readings import confusion_chart


def matrix(mistakes=0):
    confusion = np.diag(np.full(10, 1000))
    confusion[4, 9] = mistakes
    return confusion


def test_mistakes_are_coloured_and_what_is_read_right_is_not():
    cells, counts = confusion_chart(matrix(3)).data
    coloured = np.argwhere(np.array(cells.z) > 0).tolist()
    assert coloured == [[4, 9]]
    shown = {(y, x): text for y, x, text in zip(counts.y, counts.x, counts.text, strict=True)}
    assert shown["4", "9"] == "3"
    assert shown["4", "4"] == "1000"
    assert len(shown) == 11


def test_colours_mean_the_same_after_every_epoch_and_one_mistake_is_seen():
    few, many = confusion_chart(matrix(1)), confusion_chart(np.roll(matrix(1), 3, axis=1))
    few, many = few.data[0], many.data[0]
    assert few.zmax == many.zmax
    assert few.z[4][9] / few.zmax > 0.05


def test_a_matrix_without_any_digit_is_drawn_empty():
    cells, counts = confusion_chart(np.zeros((10, 10), np.int64)).data
    assert cells.zmax > 0
    assert not counts.text
