"""The conversation about guides."""

from __future__ import annotations

from flask import Flask

from consult.guides import forms, models

__all__ = ["forms", "models", "register"]


def register(app: Flask) -> None:
    """Put the slice into the application."""
