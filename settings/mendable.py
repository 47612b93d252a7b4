"""What a person can mend."""


class MendableError(Exception):
    """Its message says what is wrong and what to do, in the words of whoever typed the command: it is shown alone, without a
    traceback."""
