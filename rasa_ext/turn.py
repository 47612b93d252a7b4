"""One turn of dialogue, whole or not at all.

`Agent.handle_message` swallows a failing action, stores the broken turn and answers `200 []`. Here the same steps of the
MessageProcessor run, but a failing action ends the turn, and nothing is written until the turn has succeeded: so there is
nothing to revert, and sending the message again is a fresh turn.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage
from rasa.core.exceptions import AgentNotReady
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import ActionLimitReached, MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY

from rasa_ext.tracker_store import EncryptedTrackerStore, TrackerStoreError

TURNS_PER_SESSION = 40  # Rasa posts a session's events with every action call: a long one makes every turn dearer


class ActionFailed(Exception):
    """An action raised, was refused, or the dialogue ran in circles. Carries the action's name, never a person's text."""


class NothingSaid(Exception):
    """The turn ended without a reply."""


def guarded_store(agent: Agent) -> EncryptedTrackerStore:
    """Our store, taken out of the wrapper with which Rasa turns any error into an empty tracker in memory.

    Raises TrackerStoreError when Rasa runs on another store, e.g. after it silently chose memory.
    """
    store = agent.tracker_store
    if isinstance(store, FailSafeTrackerStore):
        store = store._tracker_store
    if not isinstance(store, EncryptedTrackerStore):
        raise TrackerStoreError(f"endpoints.yml must name EncryptedTrackerStore, Rasa runs on {type(store).__name__}")
    agent.tracker_store = store
    if agent.processor is not None:
        agent.processor.tracker_store = store
    return store


async def run_turn(
    agent: Agent, sender: Text, message_id: Text, text: Text, sent_at: Optional[Text]
) -> Dict[Text, Any]:
    """Parse, act, store; returns the channel's JSON.

    Raises ActionFailed, NothingSaid, AgentNotReady (no model), TrackerStoreError or a database error; then nothing was stored.
    """
    store = guarded_store(agent)
    processor = agent.processor
    if processor is None:
        raise AgentNotReady("no model is loaded")
    output = CollectingOutputChannel()
    metadata = {"message_id": message_id, "sent_at": sent_at}
    message = UserMessage(text, output, sender, input_channel="xiaofa", message_id=message_id, metadata=metadata)
    tracker = await _tracker(processor, store, sender, output)
    await processor._handle_message_with_tracker(message, tracker)
    intent = dict(tracker.latest_message.intent) if tracker.latest_message else {}  # a restart clears it
    tracker = await processor.run_action_extract_slots(output, tracker)
    await _act(processor, output, tracker)
    if not output.messages:
        raise NothingSaid
    result = {
        "message_id": message_id,
        "intent": intent.get(INTENT_NAME_KEY),
        "confidence": round(float(intent.get(PREDICTED_CONFIDENCE_KEY) or 0.0), 4),
        "replies": [_reply(sent) for sent in output.messages],
    }
    await store.save_turn(tracker, message_id, result)
    return result


async def _tracker(
    processor: MessageProcessor, store: EncryptedTrackerStore, sender: Text, output: OutputChannel
) -> DialogueStateTracker:
    """The conversation's tracker, on a new session after `TURNS_PER_SESSION` turns outside a form."""
    tracker = await processor.fetch_tracker_and_update_session(sender, output)
    if tracker.active_loop_name or _turns_of_session(tracker) < TURNS_PER_SESSION:
        return tracker
    start = processor._get_action(ACTION_SESSION_START_NAME)
    prediction = PolicyPrediction.for_action_name(processor.domain, ACTION_SESSION_START_NAME)
    await processor._run_action(start, tracker, output, processor.nlg, prediction)
    await store.save(tracker)
    return await processor.get_tracker(sender)  # only the new session


def _turns_of_session(tracker: DialogueStateTracker) -> int:
    turns = 0
    for event in reversed(tracker.events):
        if isinstance(event, SessionStarted):
            break
        turns += isinstance(event, UserUttered)
    return turns


async def _act(processor: MessageProcessor, output: OutputChannel, tracker: DialogueStateTracker) -> None:
    """Rasa's prediction loop, but the first failing action ends it."""
    more = True
    while more and processor._should_handle_message(tracker):
        try:
            action, prediction = processor.predict_next_with_tracker_if_should(tracker)
        except ActionLimitReached as error:
            raise ActionFailed("too many actions in one turn") from error
        watched = _WatchedAction(action)
        more = await processor._run_action(watched, tracker, output, processor.nlg, prediction)
        if watched.error is not None:
            raise ActionFailed(action.name()) from watched.error


class _WatchedAction(Action):
    """Remembers the exception that the processor is about to swallow. A refusal (a form that got nothing) is no failure."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self.error: Optional[Exception] = None

    def name(self) -> Text:
        return self._action.name()

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> List[Event]:
        try:
            return await self._action.run(output_channel, nlg, tracker, domain)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            self.error = error
            raise

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> Event:
        return self._action.event_for_successful_execution(prediction)


def _reply(sent: Dict[Text, Any]) -> Dict[Text, Any]:
    """A collected message as the bot reads it: `{"card_id"}` or `{"text", "buttons"}`."""
    custom = sent.get("custom")
    if isinstance(custom, dict):
        return custom
    return {"text": sent.get("text", ""), "buttons": sent.get("buttons", [])}
