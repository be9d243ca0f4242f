"""The page's figures: weight, requests, accessibility, layout shift, targets, keyboard; none beyond its limit."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.support.page_check import Figures, measure
from tests.web.conftest import Assistant

pytestmark = pytest.mark.browser


async def test_no_figure_of_the_page_is_beyond_its_limit(assistant: Assistant, chromium: Browser) -> None:
    figures = await measure(chromium, assistant.url)
    assert len(figures.rows) >= 18
    assert figures.failed == []


def test_a_figure_beyond_its_limit_is_named() -> None:
    figures = Figures()
    figures.most("weight", 61, 60)
    figures.least("target", 44, 44)
    assert figures.failed == ["weight: 61, ≤ 60"]
