"""RulePolicy that lets a rule decide what `restart` does."""

from __future__ import annotations

import warnings
from typing import Optional, Text, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import USER_INTENT_RESTART
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY

# Rasa looks for the class itself, not for a subclass, and then warns of just what we want.
warnings.filterwarnings("ignore", message=".*'RulePolicy' is not included in the model's policy configuration")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class XiaofaRulePolicy(RulePolicy):
    """Rasa maps the intent `restart` to its own `action_restart`, which says nothing and overrules every rule.

    Here `restart` is an intent like any other: outside a form `data/rules/smalltalk.yml` sends it to
    `action_restart_conversation`, inside one the form decides.
    """

    @staticmethod
    def _find_action_from_default_actions(tracker: DialogueStateTracker) -> Tuple[Optional[Text], Optional[Text]]:
        latest = tracker.latest_message
        if latest is not None and latest.intent.get(INTENT_NAME_KEY) == USER_INTENT_RESTART:
            return None, None
        return RulePolicy._find_action_from_default_actions(tracker)

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Tuple[Optional[Text], Optional[Text], bool]:
        """We have no rules on literal texts: do not walk through the conversation a second time to look for one."""
        if use_text_for_last_user_input:
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)
