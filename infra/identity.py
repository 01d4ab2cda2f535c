"""
Who gives a command, for the audit log: on AWS the identity that AWS itself knows, here the user of this machine.
"""

from __future__ import annotations

import getpass

from chalicelib.store.audit import Author
from chalicelib.wiring import Wiring

from . import times


def author(services: Wiring) -> Author:
    """Give who changes something now: the last part of AWS's ARN (a user, a role's session), or the local user."""
    return Author(_name(services), times.now())


def _name(services: Wiring) -> str:
    if services.settings.endpoint_url:
        return getpass.getuser()
    return str(services.client("sts").get_caller_identity()["Arn"]).rpartition("/")[2].rpartition(":")[2]
