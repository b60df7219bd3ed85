"""What asks a network why it answers as it does, made once for each network."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from cnn.explain.ablation import Ablation
from cnn.explain.attribution import Attributor
from cnn.explain.layers import layers_of
from cnn.predictor import Predictor

STYLE = Path(__file__).with_name("explainers.css")


@dataclass(frozen=True)
class Tools:
    """What asks one network.

    Attributes:
        attributor: Asks about pixels.
        ablation: Asks about filters and units.
        titles: What each layer is called on the page, by its name.
        token: Tells this network's results from any other's, in caches.
    """

    attributor: Attributor
    ablation: Ablation
    titles: dict[str, str]
    token: str = field(default_factory=lambda: uuid.uuid4().hex)


# An entry holds its predictor, so that no other one can get the same id meanwhile.
@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Predictor: id})
def tools_for(predictor: Predictor) -> Tools:
    """Return the tools that ask this network, compiled when first needed.

    Raises:
        ModelError: The network has a layer that cannot be explained.
    """
    titles = {name: layer.title for name, layer in layers_of(predictor.model).items()}
    return Tools(Attributor(predictor), Ablation(predictor), titles)
