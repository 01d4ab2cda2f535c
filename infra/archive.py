"""
Zips that are the same bytes whenever their content is the same, and the limits that they must keep.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from chalicelib.errors import UsageError

MB = 1_000_000
MIB = 1 << 20
CODE_ZIP_LIMIT = 25 * MB
UNZIPPED_LIMIT = 250 * MIB  # Lambda's own: code and layers together
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip that was written: where, how big (bytes), its content's hash, and bytes unzipped by component."""

    path: Path
    zipped: int
    unzipped: int
    sha256: str
    components: dict[str, int]

    def key(self, stem: str) -> str:
        """Give its place in the bucket: the same content always has the same key."""
        return f"deploy/{stem}-{self.sha256[:16]}.zip"


def files_of(folder: Path) -> list[Path]:
    """List every file under `folder`, sorted by its path inside."""
    return sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.as_posix())


def write(folder: Path, path: Path) -> Archive:
    """Zip `folder` deterministically: sorted, one date, one mode."""
    components: Counter[str] = Counter()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for file in files_of(folder):
            inside = file.relative_to(folder)
            entry = zipfile.ZipInfo(inside.as_posix(), _EPOCH)
            entry.external_attr = _MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            content = file.read_bytes()
            archive.writestr(entry, content)
            components[component(inside)] += len(content)
    return Archive(
        path=path,
        zipped=path.stat().st_size,
        unzipped=components.total(),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        components=dict(components.most_common()),
    )


def component(inside: Path) -> str:
    """Name what a file belongs to: its top folder (below a layer's python/), botocore's data apart."""
    parts = inside.parts[1:] if inside.parts[0] == "python" and len(inside.parts) > 1 else inside.parts
    if parts[:2] == ("botocore", "data"):
        return "botocore data"
    return parts[0].removesuffix(".libs") if len(parts) > 1 else "single files"


def check(code: Archive, layer: Archive, must_have: Iterable[str]) -> None:
    """Refuse a package that Lambda would refuse or that lacks the classifier; raises UsageError."""
    with zipfile.ZipFile(layer.path) as archive:
        inside = archive.namelist()
    for needed in must_have:
        if not any(name.startswith(needed) for name in inside):
            raise UsageError(f"The model layer was built without {needed}; nothing was packaged.")
    if code.zipped > CODE_ZIP_LIMIT:
        raise UsageError(
            f"The functions' zip has {code.zipped / MB:.1f} MB; the limit is 25 MB. See what grew: {code.components}."
        )
    total = code.unzipped + layer.unzipped
    if total > UNZIPPED_LIMIT:
        raise UsageError(f"Code and layer have {total / MIB:.0f} MiB unzipped; Lambda takes 250 MiB at most.")
