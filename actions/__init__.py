"""What the dialogue does, one action a file. rasa-sdk finds the actions by importing this package."""

from pathlib import Path

__all__ = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
