"""
What can go wrong, named by what the caller or the queue should do about it.

    GuichetError
    ├── Unverified          a request that is not the platform's: 401/403, no trace but a counter
    ├── Malformed           a verified payload nobody understands: park it whole, answer 200
    ├── Conflict            a lost race on a conversation's `rev`: read again, decide again
    ├── Newer               stored by a later version of Guichet: touch nothing, the queue brings the message again
    ├── Unavailable         a service of our own does not answer: go on without it, ask again soon
    ├── Misconfigured       stop and tell the administrator (missing setting, expired token)
    ├── UsageError          a person's input is wrong; the sentence says what to do
    │   └── WrongUsage      the command line itself is wrong, whatever the files and the stage hold
    └── SendError           why a part was not confirmed as sent
        ├── Retryable       certainly not sent; try again later
        ├── RateLimited     certainly not sent; try again after `after_s`
        ├── Unconfirmed     the request left and no answer came: only the channel's proof may tell
        ├── Refused         the platform will never take it; tell the agent
        ├── WindowClosed    outside the channel's answer window; hold it or use a template
        └── TokenExpired    the account's credentials are dead: pause the account, keep the rows

No message of these errors may contain a secret, a message text, a name or a phone number.
"""

from __future__ import annotations


class GuichetError(Exception):
    """Root of every error that Guichet raises on purpose."""


class Unverified(GuichetError):
    """The request does not carry the platform's signature (or its handshake token is wrong)."""

    counted = "unverified"  # the counter; an alarm watches it


class Malformed(GuichetError):
    """A verified payload that cannot be read; it is parked whole in the `unparsed` bucket."""


class Conflict(GuichetError):
    """Another worker committed first; nothing was written."""


class Newer(GuichetError):
    """An item or a message of a later version of Guichet, which this one may misread; nothing was written."""


class Unavailable(GuichetError):
    """A service of our own does not answer now, and there is a way to go on without it."""


class Misconfigured(GuichetError):
    """A setting, secret or artefact is missing or wrong; the message lists what to do."""


class UsageError(GuichetError):
    """A person gave a wrong argument or file; the message is one sentence that says what to do."""


class WrongUsage(UsageError):
    """A command was called in a way that no file and no stage can make right; commands exit 2, not 1."""


class SendError(GuichetError):
    """A part was not confirmed as sent. `code` is the platform's own error code, never its text."""

    def __init__(self, code: str = "", hint: str = "") -> None:
        super().__init__(f"{type(self).__name__} {code} {hint}".strip())
        self.code = code
        self.hint = hint


class Retryable(SendError):
    """Certainly not sent (connection refused, or a platform error documented as transient)."""


class RateLimited(SendError):
    """Certainly not sent; the platform asks to wait `after_s` seconds."""

    def __init__(self, code: str = "", after_s: float = 1.0, hint: str = "") -> None:
        super().__init__(code, hint)
        self.after_s = after_s


class Unconfirmed(SendError):
    """The request was written to the wire and no usable answer came back."""


class Refused(SendError):
    """The platform refuses this part for good."""


class WindowClosed(SendError):
    """The customer's answer window on this channel is closed."""


class TokenExpired(SendError):
    """The account's credentials no longer work."""
