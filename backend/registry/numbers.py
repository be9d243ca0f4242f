"""Numbers of cases: `JKT20220905-000123`, counted by day without gaps or doubles."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.models import NumberSeries


def next_number(session: Session, prefix: str, now: datetime) -> str:
    """Return the next number of a prefix and day. The series' row is held until the transaction ends."""
    series = f"{prefix}{now:%Y%m%d}"
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(NumberSeries)
        .values(series=series, last=1)
        .on_conflict_do_update(index_elements=[NumberSeries.series], set_={"last": NumberSeries.last + 1})
    )
    last: int = session.execute(select(NumberSeries.last).where(NumberSeries.series == series)).scalar_one()
    return f"{series}-{last:06d}"
