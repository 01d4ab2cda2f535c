"""
The one TLS context of a process.

Reading the authorities' certificates takes 0.02 to 0.03 s of a whole processor, six times that of a function's share:
once, not once a service and platform.
"""

from __future__ import annotations

import ssl
from functools import cache


@cache
def context() -> ssl.SSLContext:
    """The system's authorities, names checked."""
    return ssl.create_default_context()
