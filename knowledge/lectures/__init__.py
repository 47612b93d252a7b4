"""Lectures for enterprises (护航民营经济): what each is about, and when and where once that is confirmed (`lectures.yml`)."""

from knowledge.lectures.plan import load_lectures
from knowledge.lectures.schema import Lecture, LectureSession

__all__ = ["Lecture", "LectureSession", "load_lectures"]
