"""The one static action of the bare bot."""

from typing import Any

from rasa_sdk import Action


class ActionStatic(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_static"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        dispatcher.utter_message(text="请拨打 12348。")
        return []
