"""The quiz: questions with one right answer, why, and by which article (`<topic>.yml`)."""

from knowledge.quiz.bank import Bank, load_bank
from knowledge.quiz.schema import LEVELS, Level, QuizQuestion

__all__ = ["LEVELS", "Bank", "Level", "QuizQuestion", "load_bank"]
