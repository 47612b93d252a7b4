"""`python -m actions`: the action server, on loopback, with its own routes beside rasa-sdk's webhook."""

from __future__ import annotations

from actions._server import serve

if __name__ == "__main__":
    serve()
