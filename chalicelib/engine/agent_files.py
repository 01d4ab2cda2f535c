"""
Files that an agent sends with an answer: what the row carries, and what the ticket says of them. Pure.

Nothing is fetched here: deliver brings a file from the workspace into the bucket before it claims the row
(`stages.agent_files`). A ticket keeps the answer with a line that names its files; an answer whose files did not leave
is never sent again by itself, since its words would go without them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..conversation import TicketRecord
from ..model import AgentAction, AgentFile, BlobRef, Content, Part
from ..store import keys
from ..store.blobs import folder
from ..store.items import compact
from .change_set import ChangeSet
from .ticket_thread import desk_row

_LINE = "\n\N{PAPERCLIP} "  # before the names, at the end of an answer as its ticket keeps it


def refs(changes: ChangeSet, event: AgentAction) -> tuple[BlobRef, ...]:
    """Return where the files of an answer will lie: in the contact's own folder, which an erasure empties."""
    own = folder(changes.loaded.brand, changes.after.contact_id)
    return tuple(
        BlobRef(key=own + keys.digest(event.event_id, str(number)), media_type="", size=file.size, name=file.name)
        for number, file in enumerate(event.files)
    )


def parts(changes: ChangeSet, ticket: TicketRecord, text: str, files: tuple[BlobRef, ...]) -> list[Part]:
    """Return the parts of an answer, its files first: where one is refused, no word has left alone."""
    content = Content(text=text, files=files)
    found = changes.environment.parts_for(ticket.address, content, public=ticket.public)
    return sorted(found, key=lambda part: not part.files)


def body(event: AgentAction, kept: Sequence[BlobRef]) -> str:
    """Return what the row says of where its files come from; "" where it has none."""
    if not kept:
        return ""
    links = {ref.key: [file.platform_id, file.url] for ref, file in zip(kept, event.files, strict=True)}
    return compact({"desk": [event.address.channel, event.address.account_id], "files": links})


def with_names(text: str, files: Sequence[AgentFile]) -> str:
    """Return an answer as its ticket keeps it."""
    return text + _LINE + ", ".join(file.name for file in files) if files else text


def words(answer: str) -> str:
    """Return the agent's own words of an answer that a ticket keeps."""
    return answer.rpartition(_LINE)[0] if had_files(answer) else answer


def had_files(answer: str) -> bool:
    """Whether the answer that a ticket keeps had files."""
    return _LINE in answer and "\n" not in answer.rpartition(_LINE)[2]


def left_out(changes: ChangeSet, ticket: TicketRecord, agent: str) -> None:
    """Tell the agent that the files have not left, and are to be put to the answer again."""
    note = changes.desk.note(ticket, changes.loaded.playbook(), "files_left", {"agent": agent})
    desk_row(changes, ticket, "thread_note", note)
