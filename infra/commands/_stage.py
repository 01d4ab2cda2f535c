"""The target that belongs to a stage: AWS's, or the running local AWS's."""

from __future__ import annotations

from ..names import LOCAL_STAGE
from ..targets import Target, aws


def target_of(stage: str) -> Target:
    """Give the target of `stage`."""
    if stage == LOCAL_STAGE:
        from ..local.serve import target

        return target()
    return aws()
