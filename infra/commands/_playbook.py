"""Which playbook decides, for commands that need nothing that runs: a file's, a stage's, or the repository's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.errors import UsageError

if TYPE_CHECKING:
    from chalicelib.playbook.schema import Playbook


def of(brand: str | None, stage: str | None) -> Playbook:
    """Give the brand's playbook: the stage's, or playbooks/BRAND.yaml; without a brand the demo brand's."""
    from ..local.identities import DEMO_BRAND

    if stage:
        from ..aws import explained
        from ..stage_services import brand_of, services_of

        services = services_of(stage)
        with explained():
            return services.playbook(brand_of(services, brand or DEMO_BRAND))
    from ..local.seed import PLAYBOOKS

    name = brand or DEMO_BRAND
    there = {path.stem: path for path in PLAYBOOKS.glob("*.yaml")}
    if name not in there:
        raise UsageError(f"There is no playbooks/{name}.yaml; give --stage to read a pushed playbook.")
    return in_file(there[name])


def in_file(path: Path) -> Playbook:
    """Read a playbook's file. Raises UsageError, or PlaybookError with all its mistakes."""
    from chalicelib.channels import REGISTRY
    from chalicelib.playbook.yaml_file import load
    from chalicelib.workspaces import IDS

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8; save it as UTF-8.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    return load(text, channels=sorted(REGISTRY), workspaces=IDS)
