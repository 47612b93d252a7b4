"""What must not be lost: people, conversations, messages, cards, interviews, outbox, jobs, audit.

Open it with `cases.database.Database`; every function takes that database's session first and never commits.
"""
