"""``python -m bot retention``: what the bot's stores keep how long, and when the oldest of it goes."""

from __future__ import annotations

import os

from bot.retention import stores
from bot.settings import read_settings
from bot.tracker_tables import TrackerTables
from privacy.retention import plan


def retention() -> int:
    """Print a line for each rule; return 0."""
    settings = read_settings(os.environ)
    for line in plan(stores(settings, TrackerTables(settings.bot_db))):
        print(line)
    return 0
