"""
SMTP on this machine: any mail program can be the customer. As much of RFC 5321 as SES has.

Own code: what it needs is a hundred lines, and a server for it would be one more package of the project.
"""

from __future__ import annotations

import asyncio
import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PORTS = range(2525, 2545)
OUT_PORT = 1025  # where a mail catcher usually listens
MOST = 40 * 1024 * 1024
LINE_MOST = 65_536
_PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>", re.IGNORECASE)

Accepts = Callable[[str], bool]
Takes = Callable[[bytes, str, list[str]], None]


@dataclass(slots=True)
class _Session:
    source: str | None = None
    recipients: list[str] = field(default_factory=list)


@dataclass(slots=True)
class SmtpServer:
    """An SMTP server. `accepts` tells whether an address is one of ours, `takes` is given each mail."""

    accepts: Accepts
    takes: Takes
    port: int = 0
    _server: asyncio.Server | None = None

    async def open(self, ports: range = PORTS) -> int:
        """Listen on the first free port of these."""
        for port in ports:
            try:
                self._server = await asyncio.start_server(self._talk, HOST, port, limit=LINE_MOST)
            except OSError:
                continue
            self.port = self._server.sockets[0].getsockname()[1]
            return self.port
        return 0

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _Session()
        try:
            await _say(writer, "220 inbound-smtp.local ESMTP")
            while line := await reader.readline():
                verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                if verb.upper() == "DATA":
                    await self._data(session, reader, writer)
                    continue
                await _say(writer, self._answer(verb.upper(), rest, session))
                if verb.upper() == "QUIT":
                    return
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            return
        finally:
            writer.close()

    def _answer(self, verb: str, rest: str, session: _Session) -> str:
        found = _PATH.match(rest)
        if verb == "EHLO":
            return f"250-inbound-smtp.local\r\n250-SIZE {MOST}\r\n250-8BITMIME\r\n250 SMTPUTF8"
        if verb in ("HELO", "NOOP", "VRFY"):
            return "250 ok"
        if verb == "RSET":
            session.source, session.recipients = None, []
            return "250 ok"
        if verb == "MAIL" and found is not None:
            session.source, session.recipients = found[1].lower(), []
            return "250 ok"
        if verb == "RCPT" and found is not None:
            if session.source is None:
                return "503 MAIL first"
            if not self.accepts(found[1].lower()):
                return "550 5.1.1 no such mailbox"
            session.recipients.append(found[1].lower())
            return "250 ok"
        return "221 bye" if verb == "QUIT" else "500 unknown"

    async def _data(self, session: _Session, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not session.recipients:
            await _say(writer, "503 RCPT first")
            return
        await _say(writer, "354 go on")
        lines: list[bytes] = []
        size = 0
        while (line := await reader.readline()) not in (b".\r\n", b".\n", b""):
            size += len(line)
            if size <= MOST:
                lines.append(line[1:] if line.startswith(b"..") else line)
        if size > MOST:
            await _say(writer, "552 5.3.4 too large")
            return
        self.takes(b"".join(lines), session.source or "", list(session.recipients))
        session.source, session.recipients = None, []
        await _say(writer, "250 2.0.0 taken")


async def _say(writer: asyncio.StreamWriter, text: str) -> None:
    writer.write(f"{text}\r\n".encode())
    await writer.drain()


def relay(raw: bytes, sender: str, to: str, port: int = OUT_PORT) -> bool:
    """Hand a mail to a mail catcher on this machine, where one listens: a real program then shows it."""
    try:
        with smtplib.SMTP(HOST, port, timeout=2) as out:
            out.sendmail(sender, [to], raw)
    except (OSError, smtplib.SMTPException):
        return False
    return True
