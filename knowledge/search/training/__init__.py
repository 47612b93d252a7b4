"""Rebuilding the adapter of the encoder (`make encoder`); nothing here runs while 龙华小法 answers."""
