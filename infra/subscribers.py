"""
Who gets the alarms: the addresses that are subscribed to a stage's topic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.errors import WrongUsage

from .aws import Cloud

PENDING = "PendingConfirmation"  # what AWS says in place of an ARN
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True, slots=True)
class Subscribers:
    """How many hear the alarms, and how many were asked and have not confirmed."""

    confirmed: int
    pending: int

    @property
    def words(self) -> str:
        """Say how many, as the end of a sentence."""
        waiting = f", {self.pending} still to confirm the mail from AWS" if self.pending else ""
        return (f"{self.confirmed} subscribed" if self.confirmed else "nobody is subscribed") + waiting

    @property
    def advice(self) -> str:
        """Say how many, and what to do where nobody is subscribed."""
        return self.words if self.confirmed or self.pending else f"{self.words}; 'guichet deploy --alarm-email YOU'"


def checked(email: str) -> str:
    """Give the address as it was given; raises WrongUsage for what is none."""
    if not _ADDRESS.fullmatch(email):
        raise WrongUsage(f"'{email}' is no e-mail address; give one as in --alarm-email team@example.com.")
    return email


def subscribe(cloud: Cloud, email: str) -> None:
    """Subscribe an address, which AWS then asks to confirm; an address that is subscribed stays so."""
    cloud.client("sns").subscribe(TopicArn=_topic(cloud), Protocol="email", Endpoint=email)


def subscribers(cloud: Cloud) -> Subscribers:
    """Count who is subscribed to the stage's topic, by any protocol."""
    pages = cloud.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=_topic(cloud))
    states = [each["SubscriptionArn"] == PENDING for page in pages for each in page["Subscriptions"]]
    return Subscribers(confirmed=states.count(False), pending=states.count(True))


def _topic(cloud: Cloud) -> str:
    formation = cloud.client("cloudformation")
    found = formation.describe_stack_resource(StackName=cloud.names.data_stack, LogicalResourceId="AlarmTopic")
    return str(found["StackResourceDetail"]["PhysicalResourceId"])
