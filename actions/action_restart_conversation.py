"""Begin again: the thread is dropped, what was answered in an interview is kept."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import Restarted
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from service.cards import Card

RESTARTED = Card(kind="notice", title="重新开始", conclusion="好，我们重新开始。您遇到了什么事？直接说经过就行。")


class ActionRestartConversation(SpeakingAction):
    action_name = "action_restart_conversation"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        self.say(runtime, turn, dispatcher, RESTARTED)
        return [Restarted()]
