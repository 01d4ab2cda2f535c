"""
Whom to call in an emergency, by the country that the playbook names. Never guessed from a language.

Pure. The numbers are those of public services; a brand elsewhere says its own words (`phrases`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """`deaf` is the rescue services' number for text messages; `free`: calling the help line costs nothing."""

    rescue: tuple[str, ...]
    help_line: str
    deaf: str = ""
    free: bool = True
    land: str = ""  # where an English reader may be from elsewhere


COUNTRIES: Mapping[str, Numbers] = MappingProxyType(
    {
        "FR": Numbers(rescue=("15", "112"), deaf="114", help_line="3114", land="in France"),
        "BE": Numbers(rescue=("112",), help_line="0800 32 123"),
        "CH": Numbers(rescue=("144",), help_line="143", free=False),
        "LU": Numbers(rescue=("112",), help_line="45 45 45"),
        "QC": Numbers(rescue=("911",), help_line="988"),
        "GB": Numbers(rescue=("999",), help_line="116 123"),
        "IE": Numbers(rescue=("112", "999"), help_line="116 123"),
        "US": Numbers(rescue=("911",), help_line="988"),
    }
)


def emergency_fields(country: str, language: str) -> dict[str, str]:
    """Return the values that emergency phrases use: `rescue`, `rescue_or_text`, `help_line`; {} for other countries."""
    numbers = COUNTRIES.get(country)
    if numbers is None:
        return {}
    french = language == "fr"
    joint, article = (" ou le ", "le ") if french else (" or ", "")
    rescue = article + joint.join(numbers.rescue)
    by_text = f" ({numbers.deaf} par SMS)" if french else f" (text {numbers.deaf})"
    return {
        "rescue": rescue,
        "rescue_or_text": rescue + (by_text if numbers.deaf else ""),
        "help_line": _french_line(numbers) if french else _english_line(numbers),
    }


def _french_line(numbers: Numbers) -> str:
    return ", ".join([f"le {numbers.help_line}", *(["gratuit"] if numbers.free else []), "jour et nuit"])


def _english_line(numbers: Numbers) -> str:
    about = ", ".join([*(["free"] if numbers.free else []), "day and night", *([numbers.land] if numbers.land else [])])
    return f"{numbers.help_line} ({about})"
