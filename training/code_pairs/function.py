"""A documented function as the extractors hand it on: raw texts, nothing cleaned yet."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentedFunction:
    name: str
    # The comment or docstring, its markers (`///`, ` * `) still in it.
    documentation: str
    # From the first modifier to the opening brace or colon.
    signature: str
    # Without the documentation.
    body: str
