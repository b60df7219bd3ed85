"""How good a network is, where it fails, and whether one is really better than another.

Answers of a network to labelled digits (`answers`) are all that is needed: what they are worth is
computed from them (`scores`, `calibration`, `unsure`), two networks are set side by side (`pairs`),
and the digits may be spoilt before they are read (`robustness`).
"""

from cnn.evaluation.answers import Answers as Answers
from cnn.evaluation.answers import answer as answer
from cnn.evaluation.calibration import BINS as BINS
from cnn.evaluation.calibration import Reliability as Reliability
from cnn.evaluation.calibration import reliability as reliability
from cnn.evaluation.scores import Evaluation as Evaluation
from cnn.evaluation.scores import evaluate as evaluate
from cnn.evaluation.scores import score as score
from cnn.evaluation.text import as_text as as_text
