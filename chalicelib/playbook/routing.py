"""
Where tickets go and who is called to them, as a playbook's file says it: ids of Slack, checked by their look.
"""

from __future__ import annotations

import re

import yaml

from .reader import Reader
from .schema import Routing

_ACCOUNT = re.compile(r"[A-Z0-9]{2,20}/[A-Z0-9]{2,20}")
_GROUP, _MEMBER = re.compile(r"S[A-Z0-9]{2,20}"), re.compile(r"[UW][A-Z0-9]{2,20}")


def read_routing(reader: Reader, node: yaml.Node | None) -> Routing:
    """Return the part `routing` of a file; what is wrong with it is noted by the reader."""
    if node is None:
        return Routing()
    allowed = ("slack", "urgent", "on_call", "safety_contacts")
    parts = reader.section(node, "routing", allowed, required=("slack",))
    found = {key: reader.text(parts[key], f"routing.{key}") for key in ("slack", "urgent", "on_call") if key in parts}
    for key in found.keys() & {"slack", "urgent"}:
        if found[key] and not _ACCOUNT.fullmatch(found[key]):
            reader.fail(parts[key], f"routing.{key} must be <team id>/<channel id>, such as T0AB12CD3/C0EF45GH6")
    if found.get("on_call") and not _GROUP.fullmatch(found["on_call"]):
        reader.fail(parts["on_call"], "routing.on_call must be a Slack user group's id, such as S0AB12CD3")
    named = reader.items(parts["safety_contacts"], "routing.safety_contacts") if "safety_contacts" in parts else []
    contacts = tuple(reader.text(each, "a safety contact") for each in named)
    for contact, each in zip(contacts, named, strict=True):
        if not _MEMBER.fullmatch(contact):
            reader.fail(each, "a safety contact must be a Slack member's id, such as U0AB12CD3")
    return Routing(**found, safety_contacts=contacts)
