"""`make bench`: how fast a turn is through the real processes. Needs an idle machine; no test depends on it."""
