"""The statute book: names, versions, articles in force on a day, citations, and imported rules."""
