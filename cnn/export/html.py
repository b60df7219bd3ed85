"""A trained network to take home as one HTML file, with what its run's folder tells of it."""

from pathlib import Path

from cnn.explain.layers import layers_in_file
from cnn.export.about import about_network
from cnn.web.take_home import html_file


def export_html(file: Path, name: str) -> bytes:
    """Write the HTML file of a network; without TensorFlow, in a second.

    Args:
        file: A `.keras` file, of a run or not.
        name: What to call the network on the page.

    Raises:
        ModelError: It is missing, damaged, or no network that this program can read with.
    """
    return html_file(layers_in_file(file), about_network(file, name))
