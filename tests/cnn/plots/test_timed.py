from cnn.plots.timed import TimedCurve, keep_peers, peers, time_chart, timed
from cnn.runs.metrics import EpochRecord, Metrics


def epoch(number, accuracy, seconds):
    return EpochRecord(
        event="epoch", epoch=number, step=number, loss=0.1, test_accuracy=accuracy, seconds=seconds
    )


def test_a_runs_seconds_add_up_and_epochs_without_any_are_left_out():
    epochs = [epoch(1, 0.9, 5.0), epoch(2, 0.95, None), epoch(3, 0.98, 7.0)]
    curve = timed("mine", Metrics(started=None, steps=[], epochs=epochs, finished=False))
    assert curve == TimedCurve("mine", [5.0, 12.0], [0.9, 0.98])
    assert timed("new", Metrics(started=None, steps=[], epochs=[], finished=False)).seconds == []


def test_runs_are_drawn_in_colour_and_others_in_grey():
    mine, theirs = (
        TimedCurve("mine", [8.0], [0.991]),
        TimedCurve("theirs", [20.0, 40.0], [0.9, 0.98]),
    )
    figure = time_chart([mine], [theirs])
    assert [line.name for line in figure.data] == ["mine", "theirs"]
    assert list(figure.data[1].y) == [90.0, 98.0]
    assert figure.data[0].line.color != figure.data[1].line.color
    assert figure.layout.xaxis.type == "log"


def test_what_was_measured_of_others_comes_with_the_program_and_is_written_as_it_is_read(tmp_path):
    kept = peers()
    assert [curve.name for curve in kept.curves] == [
        "Keras fit, the tutorial's recipe",
        "PyTorch, Adam alone, two epochs",
    ]
    for curve in kept.curves:
        assert len(curve.seconds) == len(curve.accuracy) > 2
        assert curve.seconds == sorted(curve.seconds)
        assert 0.9 < curve.accuracy[-1] < 1
    keep_peers(kept, tmp_path / "peers.json")
    assert peers(tmp_path / "peers.json") == kept
