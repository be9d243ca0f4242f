"""Renders the desk's pages. Every expression in a template is escaped unless it says otherwise, and none does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mako.lookup import TemplateLookup  # type: ignore[import-untyped]

from .menu import menu_of

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Templates by name, compiled at first use."""

    def __init__(self) -> None:
        """Look in the desk's own folder; an unknown name in a template is an error, never an empty text."""
        self._lookup = TemplateLookup(
            directories=[str(TEMPLATES)], default_filters=["h"], strict_undefined=True, input_encoding="utf-8"
        )

    def render(self, template: str, **values: Any) -> str:
        """Return a page's HTML, with the menu of `values["session"]`."""
        menu = menu_of(values.get("session"))
        page: str = self._lookup.get_template(f"{template}.mako").render_unicode(menu=menu, **values)
        return page
