"""A form of a page as a browser would send it: its fields by name, with the values that stand in them. Pure."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.found = False
        self._action = action
        self._inside = False
        self._text = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form" and has.get("action") == self._action:
            self._inside = self.found = True
        if not self._inside:
            return
        name = has.get("name", "")
        if tag == "input" and name and (has.get("type") != "checkbox" or "checked" in has):
            self.values[name] = has.get("value", "")
        elif tag == "textarea":
            self._text = name
            self.values[name] = ""
        elif tag == "select":
            self._select = name
            self.values[name] = ""
        elif tag == "option" and self._select and "selected" in has:
            self.values[self._select] = has.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self.values[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.values[self._text] = self.values.get(self._text, "").removeprefix("\n")
            self._text = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False


def fields_of(page: str, action: str) -> dict[str, str] | None:
    """Return the fields of the page's form that goes to `action`; `None` when there is no such form."""
    reader = _Form(action)
    reader.feed(page)
    return reader.values if reader.found else None
