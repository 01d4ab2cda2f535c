"""
A stage's own domain name: the address that platforms keep while stacks come and go. Pure.

API Gateway's name for it lies in the data stack, so its DNS target outlives the functions; the app stack only says
which API it leads to. DNS itself is the administrator's: one CNAME (or an alias, in Route 53).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import UsageError, WrongUsage

_NAME = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):certificate/[\w-]+")


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain name and its certificate's ARN; `target` is what DNS must point at, "" before it was deployed."""

    name: str
    certificate: str
    target: str = ""

    @property
    def to_do(self) -> str:
        """Return what is left to do outside of AWS's stacks."""
        return f"In DNS, {self.name} must be a CNAME of {self.target} (in Route 53, an alias)."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command line says about the domain; nothing given keeps what the stage has."""

    name: str = ""
    certificate: str = ""
    none: bool = False


LEFT_ALONE = Asked()


def settled(asked: Asked, now: Domain | None, region: str, account: str) -> Domain | None:
    """
    Return the domain that the stage is to have; `now` is the one it has.

    Raises WrongUsage for options that do not go together, UsageError for a name or certificate that AWS would refuse.
    """
    if asked == LEFT_ALONE:
        return now
    if asked.none:
        if asked.name or asked.certificate:
            raise WrongUsage("--no-domain goes without --domain and --certificate.")
        return None
    name = _name(asked.name) if asked.name else now.name if now else ""
    if not name:
        raise WrongUsage("--certificate belongs to a --domain.")
    kept = now.certificate if now and now.name == name else ""
    if not asked.certificate and not kept:
        raise WrongUsage(f"--domain {name} needs --certificate: the ARN of its certificate in ACM, in {region}.")
    return Domain(name, _certificate(asked.certificate, region, account) if asked.certificate else kept)


def _name(given: str) -> str:
    name = given.strip().rstrip(".").lower()
    if not _NAME.fullmatch(name):
        raise UsageError(f"'{given}' is no domain name; give it like guichet.example.com, without https:// and path.")
    return name


def _certificate(given: str, region: str, account: str) -> str:
    found = _CERTIFICATE.fullmatch(given.strip())
    if found is None:
        raise UsageError(
            f"'{given}' is no certificate of ACM; 'aws acm list-certificates --region {region}' shows ARNs."
        )
    if (found["region"], found["account"]) != (region, account):
        raise UsageError(
            f"The certificate is in {found['account']}, {found['region']}; the stage needs one in {account}, {region}."
        )
    return found[0]


def properties(domain: Domain) -> dict[str, Any]:
    """Draw the properties of AWS::ApiGatewayV2::DomainName."""
    return {
        "DomainName": domain.name,
        "DomainNameConfigurations": [
            {"CertificateArn": domain.certificate, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
        ],
    }


def outputs(domain: Domain) -> dict[str, Any]:
    """Name what `read` reads back of the data stack."""
    return {
        "Domain": {"Value": {"Ref": "Domain"}},
        "DomainCertificate": {"Value": domain.certificate},
        "DomainTarget": {"Value": {"Fn::GetAtt": ["Domain", "RegionalDomainName"]}},
    }


def read(stack: Mapping[str, str]) -> Domain | None:
    """Read the domain from a data stack's outputs; None where it has none."""
    if "Domain" not in stack:
        return None
    return Domain(stack["Domain"], stack["DomainCertificate"], stack["DomainTarget"])


def lost(domain: Domain | None) -> str:
    """Say what is gone for good with a stage's functions; `domain`: the stage's own, if it has one."""
    if domain is None:
        return (
            "The webhooks' address goes too: the next deploy has another, each platform must be told, and what comes "
            "meanwhile is lost. 'guichet deploy --domain' gives the stage one that stays. Logs go as well."
        )
    again = f"--domain {domain.name} --certificate {domain.certificate}"
    return f"Logs go too; {domain.name} stays, and the next deploy answers there (after --data: give it {again})."
