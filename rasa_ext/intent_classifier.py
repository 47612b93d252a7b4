"""Our intent classifier: TF-IDF over the features of `rasa_ext.features` and the mean of word vectors, logistic regression,
inference in plain numpy.

A turn of DIET costs tens of milliseconds; this one costs about one, and training takes seconds.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, TEXT, TEXT_TOKENS
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from ruamel import yaml

from rasa_ext.features import ConceptPatterns, Features, compile_concepts, extract
from rasa_ext.linear_model import LinearModel, fit
from rasa_ext.word_vectors import WordVectors

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class XiaofaIntentClassifier(GraphComponent, IntentClassifier):
    """Names the intent of a message, with probabilities of the first few."""

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`concepts`: the YAML table; `strength`: inverse regularisation; `ranking_length`: how many runners-up to report
        (each is stored with the message and sent to the action server: keep it short)."""
        return {"concepts": "rasa_ext/concepts.yml", "strength": 100.0, "random_seed": 0, "ranking_length": 3}

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[Text]:
        """The concept table and our code decide the features: a change of either must retrain, not hit Rasa's cache."""
        here = Path(__file__).parent
        concepts = {**cls.get_default_config(), **config}["concepts"]  # Rasa calls this without the config, too
        parts = [Path(concepts), *(here / f"{name}.py" for name in ("features", "linear_model", "word_vectors"))]
        return hashlib.sha256(b"\0".join(path.read_bytes() for path in parts)).hexdigest()

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._concepts: ConceptPatterns = []
        self._model: Optional[LinearModel] = None
        self._words: Optional[WordVectors] = None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> XiaofaIntentClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples but payloads (`/choose…`), which never reach a classifier."""
        table = yaml.YAML(typ="safe").load(Path(self._config["concepts"]).read_text(encoding="utf-8"))
        self._concepts = compile_concepts(table)
        examples = [e for e in training_data.intent_examples if not (e.get(TEXT) or "/").startswith("/")]
        if not examples:
            return self._resource
        texts = [example.get(TEXT) for example in examples]
        self._words = WordVectors.fit(texts)
        self._model = fit(
            [self._features(example) for example in examples],
            np.stack([self._words.mean(text) for text in texts]),
            [example.get(INTENT) for example in examples],
            strength=self._config["strength"],
            seed=self._config["random_seed"],
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
            self._words.save(folder)
            (folder / "concepts.json").write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> XiaofaIntentClassifier:
        component = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                component._model = LinearModel.load(folder)
                component._words = WordVectors.load(folder)
                component._concepts = compile_concepts(
                    json.loads((folder / "concepts.json").read_text(encoding="utf-8"))
                )
        except ValueError:
            logger.warning("intent classifier has no trained model: every message will be a fallback")
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and ranking of every message that has none yet (payloads have one)."""
        for message in messages:
            if (message.get(INTENT) or {}).get(INTENT_NAME_KEY):
                continue
            ranking = self._rank(message)
            best = ranking[0] if ranking else {INTENT_NAME_KEY: None, "confidence": 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _rank(self, message: Message) -> List[Dict[Text, Any]]:
        if self._model is None or self._words is None or not message.get(TEXT) or _is_without_han(message.get(TEXT)):
            return []
        odds = self._model.probabilities(self._features(message), self._words.mean(message.get(TEXT)))
        order: List[int] = np.argsort(-odds)[: self._config["ranking_length"]].tolist()
        return [{INTENT_NAME_KEY: self._model.labels[i], "confidence": float(odds[i])} for i in order]

    def _features(self, message: Message) -> Features:
        words = [token.text for token in message.get(TEXT_TOKENS) or []]
        return extract(message.get(TEXT), words, self._concepts)


def _is_without_han(text: Text) -> bool:
    """A sentence in English or pinyin: the model knows only Chinese and would hear a greeting. It becomes a fallback, whose
    answer says what can be read."""
    return len(re.findall(r"(?<!\S)[A-Za-z']{2,}(?![^\s,.!?;])", text)) >= 3 and not re.search(r"[\u3400-\u9fff]", text)
