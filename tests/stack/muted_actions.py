"""The real action server, but the action named in the file `XIAOFA_MUTED` says and does nothing; with `!` before it, breaks."""

import os
from pathlib import Path
from typing import Any

from actions._server import serve
from actions.turn import SpeakingAction

MUTED = Path(os.environ["XIAOFA_MUTED"])
real_run = SpeakingAction.run


async def run(self: SpeakingAction, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
    named = MUTED.read_text("utf-8") if MUTED.exists() else ""
    if named == f"!{self.name()}":
        raise RuntimeError("broken on purpose")
    if named == self.name():
        return []
    return await real_run(self, dispatcher, tracker, domain)


SpeakingAction.run = run  # type: ignore[method-assign]

if __name__ == "__main__":
    serve()
