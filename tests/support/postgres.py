"""A database of one test's own, of each kind the product supports: a file, or a schema on PostgreSQL."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa

#: For a fixture's `params`.
BOTH: Final[list[Any]] = ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)]


@contextmanager
def own_database(kind: str, folder: Path, name: str) -> Iterator[str]:
    """Yield the address of a fresh database of this kind; a file lies in `folder`."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/{name}.sqlite3"
        return
    with own_schema(name) as url:
        yield url


@contextmanager
def own_schema(prefix: str) -> Iterator[str]:
    """Yield the address of a fresh schema (JKT_TEST_POSTGRES); skips the test, with its reason, where there is none."""
    base = os.environ.get("JKT_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")
    schema = f"{prefix}_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(base, connect_args={"connect_timeout": 2})
    try:
        engine.execute(f"CREATE SCHEMA {schema}")
    except sa.exc.OperationalError as error:
        pytest.skip(f"no PostgreSQL at JKT_TEST_POSTGRES: {type(error).__name__}")
    try:
        yield f"{base}?options=-csearch_path%3D{schema}"
    finally:
        engine.execute(f"DROP SCHEMA {schema} CASCADE")
        engine.dispose()
