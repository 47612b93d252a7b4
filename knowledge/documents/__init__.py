"""Documents people need first, as data: what is asked, and what the paper says (`*.yml`, layouts of our own)."""

from knowledge.documents.schema import PREFIX, DocumentQuestion, DocumentTemplate, Section
from knowledge.documents.templates import load_templates

__all__ = ["PREFIX", "DocumentQuestion", "DocumentTemplate", "Section", "load_templates"]
