"""Numbers as people read them."""

from cnn.decision import percent


def signed(value: float) -> str:
    """Write a number with its sign and two decimals."""
    return f"{value:+.2f}".replace("-", "−")


def change(before: float, after: float) -> str:
    """Say how a probability changes, behind its name; what rounds to nothing hardly does."""
    was, now = percent(before), percent(after)
    return f"hardly changes: it stays at {now}" if was == now else f"goes from {was} to {now}"


def duration(seconds: float) -> str:
    """Write how long something takes: "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
