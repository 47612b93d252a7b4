"""Channels other than the web page."""
