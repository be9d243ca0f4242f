"""One turn at a time for each conversation, first come first served, in one process or in many.

Rasa's Redis lock reads, changes and writes in three steps and looks again once a second. Here the step is
one script, the wait at most 20 ms, and a process that dies gives way after the lock's lifetime. See
``docs/decisions/lock-store.md``.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import redis.asyncio as aioredis
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.015
"""How long a waiter waits before it looks again."""
LIFETIME_MS: Final = 10_000
"""A holder that does not renew for so long has died."""
SILENCE_MS: Final = 2_000
"""A waiter that does not look for so long has died and loses its place."""

_ACQUIRE: Final = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 0 then redis.call('RPUSH', KEYS[2], ARGV[1]) end
redis.call('HSET', KEYS[3], ARGV[1], ms)
redis.call('PEXPIRE', KEYS[2], 60000)
redis.call('PEXPIRE', KEYS[3], 60000)
local first = redis.call('LINDEX', KEYS[2], 0)
while first and first ~= ARGV[1] do
  local seen = redis.call('HGET', KEYS[3], first)
  if seen and ms - tonumber(seen) <= tonumber(ARGV[3]) then return 0 end
  redis.call('LPOP', KEYS[2])
  redis.call('HDEL', KEYS[3], first)
  first = redis.call('LINDEX', KEYS[2], 0)
end
if not first then redis.call('RPUSH', KEYS[2], ARGV[1]) end
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
redis.call('LPOP', KEYS[2])
redis.call('HDEL', KEYS[3], ARGV[1])
return 1
"""
_RELEASE: Final = """
redis.call('LREM', KEYS[2], 0, ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
_RENEW: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""


class ProcessLocks:
    """Fair locks inside one process; a lock exists only while somebody holds or awaits it."""

    def __init__(self) -> None:
        """Begin without any lock."""
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def hold(self, conversation_id: str, patience: float) -> AsyncIterator[None]:
        """Hold the conversation; LockError when others hold it for longer than ``patience`` seconds."""
        lock, users = self._locks.get(conversation_id, (asyncio.Lock(), 0))
        self._locks[conversation_id] = (lock, users + 1)
        try:
            try:
                await asyncio.wait_for(lock.acquire(), patience)
            except asyncio.TimeoutError as error:
                raise LockError("the conversation is held for too long by another turn") from error
            try:
                yield
            finally:
                lock.release()
        finally:
            lock, users = self._locks[conversation_id]
            if users == 1:
                del self._locks[conversation_id]
            else:
                self._locks[conversation_id] = (lock, users - 1)

    def __len__(self) -> int:
        """Return how many conversations are held or awaited."""
        return len(self._locks)


class ConversationLockStore(LockStore):
    """Locks of this process, and of all processes when a Redis is named.

    In ``endpoints.yml``::

        lock_store:
          type: bot.lock_store.ConversationLockStore
          url: ${JKT_REDIS_URL}      # left out: this process is the only one
    """

    def __init__(self, endpoint_config: Any = None, redis_url: str = "") -> None:
        """Take the address from Rasa's ``endpoint_config`` or directly."""
        url = redis_url or getattr(endpoint_config, "url", None) or ""
        self._local = ProcessLocks()
        self._redis = RedisLocks(url) if url else None
        super().__init__()

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = POLL_SECONDS,
    ) -> AsyncIterator[None]:
        """Hold the conversation while the block runs, in the order of the calls.

        Args:
            conversation_id: what is held.
            lock_lifetime: seconds to wait for others before giving up; a holder may take as long as it lives.
            wait_time_in_seconds: Rasa's wish between two looks; never more than 15 ms here.

        Raises:
            LockError: others held it for longer than ``lock_lifetime``, or Redis does not answer.
        """
        async with self._local.hold(conversation_id, lock_lifetime):
            if self._redis is None:
                yield
                return
            pause = min(wait_time_in_seconds, POLL_SECONDS)
            async with self._redis.hold(conversation_id, lock_lifetime, pause):
                yield

    async def close(self) -> None:
        """Close the connections to Redis."""
        if self._redis is not None:
            await self._redis.close()


class RedisLocks:
    """Fair locks between processes: a queue, a heartbeat for each waiter, and one holder."""

    def __init__(self, url: str) -> None:
        """Use the Redis at ``url``; connected at the first lock."""
        self._client: Any = aioredis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._acquire = self._client.register_script(_ACQUIRE)
        self._release = self._client.register_script(_RELEASE)
        self._renew = self._client.register_script(_RENEW)

    @asynccontextmanager
    async def hold(self, conversation_id: str, patience: float, pause: float) -> AsyncIterator[None]:
        """Hold the conversation; LockError after ``patience`` seconds or when Redis does not answer."""
        keys, token = _keys(conversation_id), secrets.token_hex(16)
        renewal: asyncio.Task[None] | None = None
        try:
            try:
                await asyncio.wait_for(self._wait(keys, token, pause), patience)
            except asyncio.TimeoutError as error:
                raise LockError("the conversation is held for too long by another process") from error
            except RedisError as error:
                raise LockError(f"Redis does not answer: {type(error).__name__}") from error
            renewal = asyncio.create_task(self._keep(keys, token))
            yield
        finally:
            if renewal is not None:
                renewal.cancel()
            with suppress(RedisError):  # the lifetime frees what cannot be released
                await asyncio.shield(self._release(keys=keys, args=[token]))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _wait(self, keys: list[str], token: str, pause: float) -> None:
        while not await self._acquire(keys=keys, args=[token, LIFETIME_MS, SILENCE_MS]):
            await asyncio.sleep(pause)

    async def _keep(self, keys: list[str], token: str) -> None:
        while True:
            await asyncio.sleep(LIFETIME_MS / 3000)
            try:
                if not await self._renew(keys=keys, args=[token, LIFETIME_MS]):
                    logger.error("a conversation's lock was lost while its turn was running")
                    return
            except RedisError as error:
                logger.warning(
                    "a conversation's lock could not be renewed", extra={"reason": type(error).__name__}
                )


def _keys(conversation_id: str) -> list[str]:
    """Return holder, queue and heartbeats: in one cluster slot, hashed, for an id may be an openid."""
    name = hashlib.sha256(conversation_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return [f"jkt:lock:{{{name}}}{part}" for part in ("", ":queue", ":seen")]
