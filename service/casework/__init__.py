"""Case work: what desk, bot, actions and worker do with cases. Every function takes the session first and never commits.

The tables behind it: `cases.status` (moves), `cases.permissions` (who, when), `cases.events`, `cases.alerts`, `notices`.
"""

from service.casework.assigning import assign, auto_assign, claim, override, release, second, transfer
from service.casework.attachments import attach, attachment, given_file
from service.casework.binding import bind_by_code, binding_code, unbind
from service.casework.board import Board, board
from service.casework.calling import on_duty
from service.casework.canned import Canned, canned_for, drop_canned, save_canned
from service.casework.deadlines import acknowledge_deadline, add_deadline, deadline_done
from service.casework.exporting import export_person
from service.casework.finding import Found, find_by_code
from service.casework.lawyer import (
    acknowledge,
    close,
    merge,
    note,
    reopen,
    resolve,
    resume,
    say_to_person,
    seen,
    send_file,
    wait,
)
from service.casework.leaving import Left, leave
from service.casework.office import office
from service.casework.opening import Opened, open_case, open_no_trace
from service.casework.person import (
    CaseState,
    case_by_code,
    case_of_person,
    danger,
    live_cases,
    person_ends,
    person_reopens,
    person_said,
    rate,
    speak_in,
    speaking_case,
    withdraw,
)
from service.casework.promise import Promise, promise, queue_place
from service.casework.roster import remove_duty, set_duty
from service.casework.views import (
    CaseView,
    JointClaim,
    QueuePage,
    QueueRow,
    case_view,
    entries,
    joint_claim,
    queue,
    queue_row,
    reveal_contact,
)

__all__ = [
    "Board", "Canned", "CaseState", "CaseView", "Found", "JointClaim", "Left", "Opened", "Promise", "QueuePage", "QueueRow", "acknowledge",
    "acknowledge_deadline", "add_deadline", "assign", "attach", "attachment", "auto_assign", "bind_by_code",
    "binding_code", "board",
    "canned_for", "case_by_code", "case_of_person", "case_view", "claim", "close", "danger", "deadline_done",
    "drop_canned", "entries", "export_person", "find_by_code", "given_file", "joint_claim", "leave", "live_cases", "merge", "note", "office", "on_duty", "open_case", "open_no_trace",
    "override", "person_ends", "person_reopens", "person_said", "promise", "queue", "queue_place", "queue_row",
    "rate", "release", "remove_duty", "reopen", "resolve", "resume", "reveal_contact", "save_canned",
    "say_to_person", "second", "seen", "send_file", "set_duty", "speak_in", "speaking_case", "transfer", "unbind", "wait",
    "withdraw",
]  # fmt: skip
