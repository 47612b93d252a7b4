"""Where a case stands; and what a person wants done with it (withdraw, reopen)."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import handoff
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn


class ActionCaseStatus(SpeakingAction):
    action_name = "action_case_status"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        self.change(runtime, turn, dispatcher, lambda s: handoff.standing(s, turn.conversation_id, turn.text))
        return []
