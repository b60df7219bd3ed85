"""Numbers as people read them."""


def signed(value: float) -> str:
    """Write a number with its sign and two decimals."""
    return f"{value:+.2f}".replace("-", "−")


def duration(seconds: float) -> str:
    """Write how long something takes: "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
