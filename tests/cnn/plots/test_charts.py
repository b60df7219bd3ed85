import json
import math

import numpy as np

from cnn.plots.charts import (
    Curves,
    accuracy_chart,
    certainty_chart,
    loss_chart,
    share_axes,
)
from cnn.runs.metrics import TUTORIAL, Curve

NOTHING = Curve(np.zeros(0), np.zeros(0))


def curves(name="a", points=10, epochs=10, validated=True):
    at = np.arange(1, points + 1) * epochs / points
    cost = Curve(at, 2 / np.arange(1, points + 1))
    test = Curve(np.arange(1.0, epochs + 1), 0.9 + np.arange(epochs) / 100)
    validation = Curve(test.epochs, test.values - 0.05) if validated else NOTHING
    return Curves(name, epochs, cost, Curve(at, np.full(points, 0.8)), validation, test)


def names(figure):
    return [trace.name for trace in figure.data]


def test_one_run_is_drawn_step_by_step_and_smoothed_several_only_smoothed():
    assert names(loss_chart([curves()])) == ["each chunk", "smoothed"]
    assert names(loss_chart([curves("a"), curves("b")])) == ["a", "b"]
    assert names(accuracy_chart([curves()])) == ["training", "validation", "test"]
    assert names(accuracy_chart([curves("a"), curves("b")])) == ["a", "b"]


def test_a_run_without_validation_digits_is_drawn_without_them():
    assert names(accuracy_chart([curves(validated=False)])) == ["training", "test"]


def test_runs_over_one_another_go_by_validation_digits_where_there_are_any_and_say_so():
    def drawn(*validated):
        figure = accuracy_chart(
            [curves(name, validated=v) for name, v in zip("ab", validated, strict=True)]
        )
        first = [round(line.y[0]) for line in figure.data]
        return names(figure), first, figure.layout.yaxis.title.text

    assert drawn(True, True) == (["a", "b"], [85, 85], "Validation digits read right, %")
    assert drawn(False, False) == (["a", "b"], [90, 90], "Test digits read right, %")
    assert drawn(True, False) == (["a, validation", "b, test"], [85, 90], "Read right, %")


def test_a_run_that_has_not_read_any_yet_does_not_change_what_the_others_are_drawn_by():
    begun = Curves("b", 5, NOTHING, NOTHING, NOTHING, NOTHING)
    assert names(accuracy_chart([curves(validated=False), begun])) == ["a", "b"]
    assert names(accuracy_chart([curves(), begun])) == ["a", "b"]


def test_the_tutorials_results_are_drawn_where_they_compare():
    *_, tutorial = accuracy_chart([curves()], TUTORIAL).data
    assert list(tutorial.x) == [1, 10]
    np.testing.assert_allclose(tutorial.y, [91.1, 99.0])


def test_axes_show_all_and_end_where_the_training_will():
    figure = accuracy_chart([curves()], TUTORIAL)
    assert figure.layout.xaxis.range == (0, 10.2)
    low, high = figure.layout.yaxis.range
    assert low <= 85
    assert high >= 100
    low, high = loss_chart([curves()]).layout.yaxis.range
    assert low < math.log10(0.2) < math.log10(2.3) < high


def test_charts_side_by_side_share_the_axes_that_hold_both():
    short, long = curves(points=5, epochs=5), curves(points=400, epochs=10)
    alone = [loss_chart([run]).layout for run in (short, long)]
    together = [loss_chart([run]) for run in (short, long)]
    share_axes(together)
    for figure in together:
        assert figure.layout.xaxis.range == alone[1].xaxis.range
        assert figure.layout.yaxis.range == alone[1].yaxis.range
    assert alone[0].yaxis.range != alone[1].yaxis.range


def test_few_epochs_are_marked_one_by_one_and_many_are_a_line():
    few, many = (accuracy_chart([curves(epochs=epochs)]).data[-1] for epochs in (40, 41))
    assert (few.mode, many.mode) == ("lines+markers", "lines")


def test_a_run_without_any_point_yet_is_an_empty_chart_with_axes():
    empty = Curves("a", 5, NOTHING, NOTHING, NOTHING, NOTHING)
    assert loss_chart([empty]).layout.xaxis.range == (0, 5.1)
    assert accuracy_chart([empty]).layout.yaxis.range[0] == 0


def test_what_a_browser_gets_of_a_long_run_stays_small():
    figure = loss_chart([curves(points=10_000)])
    assert len(json.dumps(figure.to_plotly_json()["data"], default=str)) < 80_000


def test_the_digit_that_is_read_in_the_end_stands_out():
    answers = np.full((3, 10), 0.02, np.float32)
    answers[0, 3], answers[1:, 7] = 0.8, 0.8
    figure = certainty_chart([0, 1, 2], answers, 5, marker=1)
    *lines, labels = figure.data
    assert lines[-1].name == "7"
    assert len({line.line.color for line in lines[:-1]}) == 1
    assert set(labels.text) == {"3", "7"}
    assert figure.layout.shapes[0].x0 == 1


def test_a_digit_that_is_not_sure_enough_to_be_named_stands_out_no_more_than_others():
    answers = np.full((2, 10), 0.07, np.float32)
    answers[:, 3] = 0.4
    *lines, _ = certainty_chart([0, 1], answers, 5).data
    assert len({line.line.color for line in lines}) == 1


def test_the_first_point_of_a_curve_is_seen():
    first, second = (loss_chart([curves(points=points)]).data for points in (1, 2))
    assert {line.mode for line in first} == {"markers"}
    assert {line.mode for line in second} == {"lines"}
