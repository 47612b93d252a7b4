"""Turns by message id: each runs once, duplicates get its result, one at a time in a conversation, none cut short."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any, Dict, Optional, Text, Tuple
from weakref import WeakValueDictionary

from rasa.core.agent import Agent

from rasa_ext import redaction
from rasa_ext.tracker_store import KEPT_RESULTS
from rasa_ext.turn import guarded_store, run_turn

Key = Tuple[Text, Text]  # conversation, message
Result = Dict[Text, Any]


class Turns:
    """Results are kept in memory (the last 10,000) and in the tracker store's database, so that they survive a restart."""

    def __init__(self) -> None:
        self._running: Dict[Key, "asyncio.Task[Result]"] = {}
        self._done: "OrderedDict[Key, Result]" = OrderedDict()
        self._locks: "WeakValueDictionary[Text, asyncio.Lock]" = WeakValueDictionary()

    async def submit(
        self, agent: Agent, *, sender: Text, message_id: Text, text: Text, sent_at: Optional[Text]
    ) -> Result:
        """The result of this message, run now, already running, or stored.

        The turn is a task of its own: when the caller goes away (sanic cancels its handler) it runs on to the end.
        Raises what `run_turn` raises; a failed turn leaves nothing behind and may be submitted again.
        """
        key = (sender, message_id)
        if key in self._done:
            return self._done[key]
        task = self._running.get(key)
        if task is None:
            task = asyncio.ensure_future(self._once(agent, key, text, sent_at))
            self._running[key] = task
            task.add_done_callback(lambda finished: self._finished(key, finished))
        return await asyncio.shield(task)

    async def forget(self, agent: Agent, sender: Text) -> None:
        """Remove the conversation's tracker and results, after a turn that is still running."""
        async with self._lock(sender):
            guarded_store(agent).delete(sender)
            for key in [key for key in self._done if key[0] == sender]:
                del self._done[key]

    async def _once(self, agent: Agent, key: Key, text: Text, sent_at: Optional[Text]) -> Result:
        sender, message_id = key
        # Ours wakes the next in line at once; Rasa's own lock polls once a second but also holds across processes.
        async with self._lock(sender), agent.lock_store.lock(sender):
            result = guarded_store(agent).result(sender, message_id)
            if result is None:
                with redaction.hidden(text):
                    result = await run_turn(agent, sender, message_id, text, sent_at)
            self._done[key] = result
            while len(self._done) > KEPT_RESULTS:
                self._done.popitem(last=False)
            return result

    def _finished(self, key: Key, task: "asyncio.Task[Result]") -> None:
        self._running.pop(key, None)
        if not task.cancelled():
            task.exception()  # looked at: nobody may be waiting any more

    def _lock(self, sender: Text) -> asyncio.Lock:
        return self._locks.setdefault(sender, asyncio.Lock())
