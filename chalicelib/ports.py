"""
The ports: what a channel, a classifier, an HTTP client and a clock must do.

What a channel is like (window, limits, how a send's proof is found) is a value, `Traits`. Protocols only.
`wiring` builds the real adapters; tests pass fakes the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, runtime_checkable

from .consent import Consent, Half
from .errors import SendError
from .findings import Finding
from .model import (
    SERVES_FIRST,
    AccountId,
    Address,
    Attachment,
    ChannelName,
    Classification,
    Content,
    Credentials,
    Event,
    Millis,
    OutboundPart,
    OutboxRow,
    Proof,
    Request,
    Response,
    Sent,
    Serves,
)
from .move_port import WayIn
from .web import ANSWER_LIMIT as ANSWER_LIMIT  # noqa: PLC0414 - given on: this and the next two are ports
from .web import Http as Http  # noqa: PLC0414
from .web import HttpAnswer as HttpAnswer  # noqa: PLC0414

LOOKUP_CHANNEL = ChannelName("shop")  # the brand's own systems, asked for facts
REMINDER_CHANNEL = ChannelName("clock")  # a ticket's own clocks: no platform, nothing is sent
ALWAYS_MS = 10**14
LimitUnit = Literal["chars", "bytes", "weighted", "segments"]  # of one part: chalicelib.text.measure

# How a channel finds out whether the platform has a part whose answer was lost: by what came back (echo), a delivery
# receipt (status), the platform's list of what was sent (list), data of ours that it keeps beside a message (metadata),
# sending again under the same idempotency key (key), our own table (own), or not at all (none).
ProofKind = Literal["echo", "status", "list", "metadata", "key", "own", "none"]

# What tells that a request is the platform's, and what it is told by:
#   body_hmac      a header: HMAC of the raw bytes under a secret that both have
#   url_form_hmac  a header: HMAC of our own URL and the form's fields, or of the URL with a digest of the body in it
#   shared_token   a header: the secret itself, compared in constant time; the body is not signed
#   internal       nothing of the request: it comes by a queue whose policy admits one sender, never by HTTP
AuthenticatorKind = Literal["body_hmac", "url_form_hmac", "shared_token", "internal"]

ErrorTable = Mapping[Any, type[SendError]]  # a platform's error left (its code, or how it says it), ours right

OK = Response(200, "ok")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """One way of speaking on a channel (private messages, public posts). Times in milliseconds."""

    limit: int
    unit: LimitUnit
    window_ms: int = 0  # 0: the platform has no answer window
    human_window_ms: int = 0  # window for answers written by a person, where it is longer
    comments: bool = False  # many speak to each other here: what is said is sorted first (`decision.comments`)
    listed: bool = False  # what is written here stands in the platform's list (`Traits.lists`)
    likes: bool = False
    private_reply_ms: int = 0  # for how long a comment's writer can be written to in private, once; 0: never
    proof: ProofKind = "none"
    prove_after_ms: int = 30_000  # how long after a lost answer before `prove` is asked
    typing: bool = False
    text_limit: int = 0  # how long a text of the brand's may be, where several parts may carry it; 0: as one part
    subject_limit: int = 0  # characters; this and what follows: beside a part's text (`model.Content`), 0 nothing
    html_limit: int = 0  # bytes
    files: int = 0
    file_limit: int = 0  # bytes of one
    files_beside_text: bool = False  # else a part with files has no text
    quick_replies: int = 0
    quick_reply_limit: int = 0  # characters of one
    quick_reply_text_limit: int = 0  # units of the text above them, where it is less than `limit`; 0: `limit`
    template_limit: int = 0  # characters of a template with its values (`template_port`)
    # Where machines answer machines: an answer to an automatic message is for a person, unless it only says thanks.
    people_answer_replies: bool = False
    unsend_ms: int = 0  # how long what was said can be deleted for everybody (rows of the kind "unsend"); 0: never
    bot_a_day: int = 0  # automatic answers to one person, beside the brand's own limit; 0: no other limit
    bot_pause_ms: int = 0  # between two automatic answers to one person
    bot_a_domain: int = 0  # automatic messages a day to all people of one mail domain (`decision.crowds`); 0: no limit

    def lacks(self, part: Content) -> str:
        """Return what of a part this surface cannot carry, in a word; "" where it takes all of it."""
        if part.is_plain:
            return ""
        titles = [len(each.title) for each in part.quick_replies]
        too_much = {
            "template": part.template is not None and len(part.text) > self.template_limit,
            "files": len(part.files) > self.files or (bool(part.text) and part.files and not self.files_beside_text),
            "file_size": any(each.size > self.file_limit for each in part.files),
            "quick_replies": len(titles) > self.quick_replies or max(titles, default=0) > self.quick_reply_limit,
            "subject": len(part.subject) > self.subject_limit,
            "html": len(part.html.encode()) > self.html_limit,
        }
        return next((name for name, lacking in too_much.items() if lacking), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is different about a channel, as values. The engine and the stages branch on these, never on a name."""

    name: str
    title: str
    private: Surface | None
    public: Surface | None
    echoes_own: bool  # the platform sends our own messages back as events
    echoes_refer: bool = True  # of a surface whose proof is an echo: it names its row; else the message's id alone
    names_account: bool = True  # its events say whose they are; else they are the account's whose webhook it is
    phones: bool = False  # a person's id is their telephone number, with its country code
    proves: Literal["", "mail", "phone"] = ""  # its person's id is verified as one: a key that may merge (`identified`)
    profiles: bool = False  # messages carry no name: the platform is asked for it (`KnowsNames`)
    lists: bool = False  # what customers wrote can be read from the platform's list (`ListsMessages`)
    list_every: int = 15  # minutes between two readings of it
    clock_ms: int = 1  # how coarse the platform's own times are
    failures: Mapping[str, str] = field(default_factory=dict)  # code of a "failed" receipt -> the error's kind
    pace_ms: int = 0  # of a workspace: between two requests to one desk while its queue is closed
    file_hosts: tuple[str, ...] = ()  # where customers' files lie: names, or ".name" for all below it
    token_ms: int = 0  # how long a token lives that is renewed (`token_port`); 0: none is
    accepted: Response = OK  # the answer to a webhook that was taken
    way_in: WayIn | None = None  # the link that leads a customer here; None: none does
    shares: str = ""  # channels with the same word here get their events by one webhook, where they share an app
    template_prices: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # `template_port.price_of`


class Secret(NamedTuple):
    """
    A secret of an account, by the name that it is kept under, and where somebody finds it.

    `also`: what the platform and its pages call it. `of_app`: one for all accounts of the platform app.
    """

    name: str
    where: str
    also: tuple[str, ...] = ()
    of_app: bool = False
    needed: bool = True


class Price(NamedTuple):
    """USD for a message taken in and for one sent; `free` sent ones a month; `source` says how sure that is."""

    received: float
    sent: float
    free: int
    source: str
    units: int = 1  # segments of a message as it is reckoned in `sent`, where the platform bills those
    linked: float = 0.0  # a public post with a link in it, where that costs more


class Subscription(NamedTuple):
    """
    Where a platform sends an account's events, and which of those we need it does not (None: it does not say).

    `trouble`: what it says of its last try that failed, in a few words without an address; "" where it says nothing.
    `others`: other apps that get the account's messages too.
    """

    urls: tuple[str, ...] | None
    missing: tuple[str, ...] | None = None
    trouble: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectSteps:
    """
    How an account is connected, in words for who does it; "{webhook}" stands for its address.

    `hosts`: the platform's own, by full name; no other is sent a credential (`own_hosts`). `account`: what its id is,
    "" for the brand's own name. `asks`: whom we ask whether the secrets are right. `steps` are done at the platform, in
    their order; `review` waits for its decision. `app_key`: of the platform app, "" where each brand has its own.
    `suffix` goes behind the webhook's address: a fragment, never sent. `probe`: type and bytes of a body that the
    platform could send and that says nothing. `app_check` asks the platform whether it takes the app's secret,
    `subscription` where events go: by two reading requests at most; both raise SendError. `health` asks how long the
    token lasts, what it may and how the account stands, at this time. `consent`: how the platform's page gives the
    account to us. `subscribe` sets what of `steps` can be set, `leave` takes it back and ends the token: each is told
    whether it was done, and may be called again. `check` raises Misconfigured for secrets that no account can have;
    they are then given all at once. `price`: what the platform bills, None for what is no platform.
    """

    account: str
    secrets: tuple[Secret, ...]
    asks: str
    hosts: tuple[str, ...] = ()
    price: Price | None = None
    steps: tuple[str, ...] = ()
    review: str = ""
    app_key: str = ""
    suffix: str = ""
    probe: tuple[str, bytes] = ("", b"")
    app_check: Callable[[Http, Credentials], object] | None = None
    subscription: Callable[[Http, Credentials, AccountId], Subscription] | None = None
    health: Callable[[Http, Credentials, AccountId, Millis], Iterator[Finding]] | None = None
    consent: Consent | None = None
    subscribe: Callable[[Http, Credentials, AccountId], tuple[Half, ...]] | None = None
    leave: Callable[[Http, Credentials, AccountId], tuple[Half, ...]] | None = None
    check: Callable[[Mapping[str, str]], object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopReport:
    """
    The values of the desk's notice about an intent that was stopped automatically.

    `row_id`: the notice's own, `ticket_id`: the newest ticket behind it; both come back with its button. `tickets`:
    (desk, message) of each that is posted. `judged`: by judges, who found `refused` of the last `answers` not
    right; else as many were refused by customers. `started_by`: who started the intent again, if anybody.
    """

    intent: str
    since: Millis
    refused: int
    answers: int
    row_id: str
    ticket_id: str = ""
    tickets: tuple[tuple[str, str], ...] = ()
    judged: bool = False
    started_by: str = ""
    started_at: Millis = Millis(0)


@runtime_checkable
class KnowsNames(Protocol):
    """A channel that tells a customer's name when it is asked (`Traits.profiles`): one read request."""

    def name_of(self, address: Address) -> str: ...


@runtime_checkable
class KnowsItself(Protocol):
    """
    A channel that can name its token's account, as the platform calls it: at most two reading requests.

    Raises TokenExpired for a token that the platform does not take, Refused where it takes it and for another account.
    """

    def called(self, account_id: AccountId) -> str: ...


class Listed(NamedTuple):
    """
    A page of a platform's list of what customers wrote. `following`: with what the next page is asked for, or "".

    `cut`: of how many conversations the platform shows less than was written since the time that was asked about.
    """

    events: Sequence[Event]
    following: str = ""
    cut: int = 0


@runtime_checkable
class ListsMessages(Protocol):
    """
    A channel whose platform lists what customers wrote (`Traits.lists`): what no webhook brought is found there.

    `fetch_since` makes at most one reading request. It returns a page of what came to this account since then (older
    events may be among it), the newest page of each list first; events have the ids that the webhook's have, and their
    time. What the account wrote, from here or in the platform's own app, may stand among it: an `Echo` without a row.
    `page`: "" for the first, else `following` of the page before. Raises only SendError.
    """

    def fetch_since(self, account_id: AccountId, since: Millis, page: str = "") -> Listed: ...


@runtime_checkable
class UploadsFiles(Protocol):
    """
    A channel whose platform takes a file first, and then a message that names it (`OutboundPart.uploaded`).

    `upload`: one request, which nobody sees and which may be repeated. Raises only SendError, never Unconfirmed.
    """

    def upload(self, part: OutboundPart) -> str: ...


@runtime_checkable
class ListsOnWish(Protocol):
    """A channel whose platform bills what its list shows: it is read for an account alone that asks for it."""

    def wishes_list(self) -> bool: ...


@runtime_checkable
class ShakesHands(Protocol):
    """
    A channel whose platform checks the webhook's URL by a GET with a challenge, before it sends anything there.

    `handshake` answers; None: the request is no such check. `challenge` gives the query of one, as the platform asks.
    """

    def handshake(self, request: Request) -> Response | None: ...

    def challenge(self, token: str) -> Mapping[str, str]: ...


@runtime_checkable
class AnswersWebhooks(Protocol):
    """
    A channel that tells its platform something in the answer to its webhook, which is the whole of that request.

    `answered` is pure, for the events of one webhook, and never raises. Nothing tells whether the platform took it: so
    it never says anything to a customer, and whoever sends the webhook once more may get it once more.
    """

    @classmethod
    def answered(cls, events: Sequence[Event]) -> Response: ...


class Authenticator(Protocol):
    """
    Tells whether a request is the platform's, before anything of it is parsed.

    `verify` raises Unverified unless one of the account's app `secrets` (current first, then previous) proves it.
    `sign` returns the headers with which the platform would send a request: doctor tries our own address so.
    """

    kind: ClassVar[AuthenticatorKind]

    def verify(self, request: Request, secrets: tuple[str, ...]) -> None: ...

    def sign(self, request: Request, secret: str) -> Mapping[str, str]: ...


class Sender(Protocol):
    """
    What delivers to people: a platform, or the agents' workspace. Built per account.

    `send` makes exactly one request and raises only SendError; one more only where the platform's refusal of the first
    names the place to send it to: at most one can have been taken. `prove` may make one read request. `fetch` reads
    what a customer sent, from the platform's own hosts alone; it raises only SendError too.
    """

    traits: ClassVar[Traits]

    def send(self, part: OutboundPart) -> Sent: ...

    def show_typing(self, part: OutboundPart) -> None: ...

    def prove(self, row: OutboxRow) -> Proof: ...

    def fetch(self, file: Attachment) -> bytes: ...


class Channel(Sender, Protocol):
    """
    One platform where customers write, as `Class(credentials, http)`; what stands on the class needs neither.

    `parse` is pure and total: it sees the whole request (path, query, headers, bytes), of which a parked body has only
    the bytes. `errors` is data, and stands so in docs/channels.md. What else a channel can do is a protocol of its own:
    `ShakesHands`, `AnswersWebhooks`, `KnowsNames`, `KnowsItself`, `ListsMessages`, `RenewsToken` (`token_port`).
    """

    authenticator: ClassVar[Authenticator]
    errors: ClassVar[ErrorTable]

    def __init__(self, credentials: Credentials, http: Http) -> None: ...

    @classmethod
    def parse(cls, request: Request) -> Sequence[Event]: ...

    @classmethod
    def connecting(cls) -> ConnectSteps: ...


class Scorer(Protocol):
    """The classifier at run time. Bounded time for any text."""

    @property
    def model(self) -> str: ...

    @property
    def expected(self) -> Mapping[str, Sequence[float]]: ...  # language -> how probabilities fall into tenths

    def classify(self, text: str, serves: Serves = SERVES_FIRST, /) -> Classification: ...


class Clock(Protocol):
    """Now, in milliseconds since 1970 UTC."""

    def __call__(self) -> Millis: ...


class Metrics(Protocol):
    """The metrics port: counts an outcome, never content. Few dimensions: each combination costs money."""

    def __call__(self, name: str, value: int = 1, *, channel: str = "") -> None: ...
