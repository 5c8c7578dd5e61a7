"""What is said about a film, in English and Korean: captions, questions and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# First and last frame, English, Korean.
Caption = tuple[int, int, str, str]
# Question and answer in English, then in Korean, evidence as (person, first, last).
Question = tuple[str, str, str, str, tuple[tuple[int, int, int], ...]]


def captions(said: Sequence[Caption]) -> list[dict[str, Any]]:
    return [
        {"first": first, "last": last, "text": {"en": english, "ko": korean}}
        for first, last, english, korean in said
    ]


def questions(asked: Sequence[Question]) -> list[dict[str, Any]]:
    return [
        {
            "question": {"en": question, "ko": korean},
            "answer": {"en": answer, "ko": answered},
            "evidence": [{"person": p, "first": first, "last": last} for p, first, last in frames],
        }
        for question, answer, korean, answered, frames in asked
    ]
