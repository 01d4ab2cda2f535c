"""Who takes webhooks in starts without any reader of mails: they cost more than all other channels together."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("chalicelib.channels.email.mime", "chalicelib.channels.email.incoming")


def test_the_channels_start_without_the_readers_of_mails() -> None:
    code = f"import sys, chalicelib.channels; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
