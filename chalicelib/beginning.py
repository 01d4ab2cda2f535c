"""
What a function loads before its first event.

Lambda gives the start of a copy a whole processor, and its events their memory's share of one: a seventh at 256 MB. So
the imports of a first event, the TLS context and the shipped classifier are loaded before it. Calls no service; wrong
settings fail with the first event.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

from . import tls
from .errors import Misconfigured
from .settings import function, read
from .wiring import wiring
from .workspaces import WORKSPACE

_COUNTS = ("aws_lambda_powertools.metrics", "aws_lambda_powertools.logging")
_DECIDES = (
    "chalicelib.services",
    "chalicelib.quality.answer_times",
    "chalicelib.playbook.codec",
    "chalicelib.ways",
    "chalicelib.shop",
    *WORKSPACE.shows,
    "chalicelib.store.bundles",
    "chalicelib.clients",
)
_WORKS = (*_COUNTS, *_DECIDES, "chalicelib.batches")
_SHOWS = (*_WORKS, "chalicelib.http", "chalicelib.own_hosts", "chalicelib.stages.deliver")
_SENDS = (*_SHOWS, "tweepy")
LOADS = {
    "api": (
        *_COUNTS,
        "chalicelib.stages.intake",
        "chalicelib.stages.visit_moves",
        "chalicelib.stages.visits",
        *WORKSPACE.answers,
        "chalicelib.clients",
        "chalicelib.http",
        "chalicelib.own_hosts",
        "chalicelib.ways",
        "chalicelib.shop",
        "chalicelib.store.bundles",
    ),
    "process": (*_WORKS, "chalicelib.stages.process", "chalicelib.brand_scorers"),
    "receipts": (*_WORKS, "chalicelib.stages.receipts"),
    "deliver": (*_SENDS, "chalicelib.stages.lookup", "chalicelib.stages.order_codes"),
    "desk": (*_SHOWS, "chalicelib.stages.paced_delivery"),
    "mail": (
        *_COUNTS,
        "chalicelib.batches",
        "chalicelib.stages.collect",
        "chalicelib.channels.email.arrivals",
        "chalicelib.clients",
    ),
    "timers": (*_SENDS, "chalicelib.stages.timers"),
    "sweep": (*_COUNTS, *_DECIDES, "chalicelib.stages.sweep"),
}


def begin() -> None:
    """Loads what this function's first event needs; nothing outside of Lambda."""
    name = function()
    for module in LOADS.get(name, ()):
        import_module(module)
    with suppress(Misconfigured):
        if name in LOADS and not read().endpoint_url:
            tls.context()
        if name == "process":
            wiring().open_classifier()
