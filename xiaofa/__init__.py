"""The command line and the supervisor. May import every room; no room imports it."""
