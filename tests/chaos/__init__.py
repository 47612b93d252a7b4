"""Processes killed (kill -9) in the middle of case work, by seeds, and a checker that compares what was sent with what is stored."""
