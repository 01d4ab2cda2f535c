"""How fast the simulated customers' phones are, in seconds. Tests make them faster by the GUICHET_SIM_PACE setting."""

from __future__ import annotations

import asyncio
import os
import random

DELIVERED_S = 0.5
READ_S = 1.2
SENT_S = 0.15
_scale = [float(os.environ.get("GUICHET_SIM_PACE", "1"))]


async def pause(seconds: float) -> None:
    """Wait about `seconds`, never exactly: real receipts are not in step."""
    await asyncio.sleep(seconds * _scale[0] * random.uniform(0.8, 1.4))
