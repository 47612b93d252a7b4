"""What runs inside Rasa (Python 3.10): channel, tracker store, intent classifier. Imports only rasa, its dependencies
and cryptography, none of our other rooms."""
