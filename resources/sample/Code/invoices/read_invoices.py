"""Reads the text of supplier invoices and adds up what is still to be paid.

An invoice is a plain text file. Only three facts are wanted: its number, the day it falls due and the total.
Lines that look like none of them are ignored, because every supplier prints something else around them.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

NUMBER = re.compile(r"^\s*invoice\s*(?:no\.?|number)\s*:?\s*(\S+)", re.IGNORECASE | re.MULTILINE)
DUE = re.compile(r"^\s*due(?:\s+date)?\s*:?\s*(\d{4})-(\d{2})-(\d{2})", re.IGNORECASE | re.MULTILINE)
TOTAL = re.compile(r"^\s*total\s*:?\s*([\d,]+\.\d{2})", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Invoice:
    number: str
    due: date
    total: Decimal

    def days_late(self, today: date) -> int:
        """How many days the payment is overdue; zero when there is still time."""
        return max(0, (today - self.due).days)


def parse_invoice(text: str) -> Invoice | None:
    """The invoice in this text, or None when one of the three facts is missing."""
    number, due, total = NUMBER.search(text), DUE.search(text), TOTAL.search(text)
    if number is None or due is None or total is None:
        return None
    year, month, day = (int(part) for part in due.groups())
    return Invoice(number.group(1), date(year, month, day), Decimal(total.group(1).replace(",", "")))


def main(folder: Path) -> None:
    today = date.today()
    owed = Decimal(0)
    for path in sorted(folder.glob("*.txt")):
        invoice = parse_invoice(path.read_text(encoding="utf-8"))
        if invoice is None:
            print(f"not an invoice: {path.name}", file=sys.stderr)
            continue
        owed += invoice.total
        print(f"{invoice.number}\t{invoice.total}\t{invoice.days_late(today)} days late")
    print(f"to be paid in all: {owed}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
