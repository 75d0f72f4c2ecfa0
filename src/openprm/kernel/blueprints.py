"""The programme as text: what each feature can write down of how the programme is set up, and make so again.

A feature declares its sections (``Feature.blueprints``). A section is a list of documents of one shape; each has a
``code`` that is its lasting name within the section. Documents name each other by code, never by an id, so the same
folder means the same programme on another server.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from openprm.kernel import audiences
from openprm.kernel.access import Actor

Audience = Annotated[dict[str, Any], AfterValidator(audiences.tidy)]  # a predicate, ids named (``audiences.by_words``)


class Document(BaseModel):
    """One thing of the set-up, as it is written down. Unknown words are refused, so that a slip is found."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=80, pattern=r"^[a-z0-9][a-z0-9_.-]*$")


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of document.

    ``read`` returns all of them as they are now. ``write`` makes one so, by the feature's own services, creating or
    changing: after it, ``read`` returns exactly the document that was written. ``remove`` takes one away, or archives
    it where history needs it; None where nothing is ever removed. Sections are written by ascending ``order`` and
    removed by descending: what is referred to comes first. All refuse with Invalid in words that say what to do; the
    names in its ``fields`` are those of the document. ``together`` puts documents that are a line or two into one file
    instead of one file each; there ``remark`` may add a few words (in English) after a document.
    """

    key: str
    label: Any
    order: int
    shape: type[Document]
    read: Callable[[], Iterable[Document]]
    write: Callable[[Any, Actor, datetime], None]
    remove: Callable[[str, Actor, datetime], None] | None = None
    together: bool = False
    remark: Callable[[Any], str] | None = None


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Make a declared section known."""
    if _sections.setdefault(section.key, section) is not section:
        raise ValueError(f"blueprint section {section.key} is declared twice")


def sections() -> list[Section]:
    """Return all sections in the order in which they are written."""
    return sorted(_sections.values(), key=lambda known: (known.order, known.key))
