"""A recogniser as an operator might plug in. What it "hears" is the recording itself."""

from __future__ import annotations

import asyncio


class Ears:
    async def recognise(self, recording: bytes, format: str) -> str | None:
        if recording == b"broken":
            raise RuntimeError("紫色大象")
        if recording == b"slow":
            await asyncio.sleep(30)
        return recording.decode() if format == "amr" else None
