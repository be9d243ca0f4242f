"""A schema of one test's own on PostgreSQL."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa


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
