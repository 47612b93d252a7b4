"""What a room may answer instead of doing it; each carries words for staff."""

from __future__ import annotations

from cases.errors import CaseError
from service.accounts import AccountError
from service.passwords import WeakPasswordError

REFUSALS = (CaseError, AccountError, WeakPasswordError)
