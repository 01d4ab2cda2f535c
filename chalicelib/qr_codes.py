"""
A link as a QR code, by segno: as an image of markup, which a page shows without fetching anything.
"""

from __future__ import annotations

import io


def svg_of(link: str) -> str:
    """Return the QR code of a link as SVG, with a quiet zone, to be shown at any size."""
    import segno  # noqa: PLC0415 - few functions draw one

    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, title="QR"
    )
    return drawn.getvalue().decode("utf-8")


def png_of(link: str) -> bytes:
    """Return the same as PNG, for what shows no markup."""
    import segno  # noqa: PLC0415 - few functions draw one

    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
    return drawn.getvalue()
