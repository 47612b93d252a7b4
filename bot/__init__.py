"""The front door: carries each message to Rasa or to the lawyer who holds the case. Start it with `python -m bot`."""
