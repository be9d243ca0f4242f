"""Skills and the cap of chats at once: kept in the account, changed by a leader, known to the routing at once."""

from __future__ import annotations

from dataclasses import replace

from ..accounts.book import AccountBook
from ..accounts.errors import NoSuchAccount
from ..accounts.people import Account, Profile, agent_of
from ..chats.presence import Agent


def chat_agent(number: str, profile: Profile) -> Agent:
    """Return an account's person as chats know agents."""
    skills = {
        *(f"lang:{language}" for language in profile.languages),
        *(f"district:{district}" for district in profile.districts),
        *(f"topic:{topic}" for topic in profile.topics),
        *(f"group:{role}" for role in profile.roles),
    }
    return Agent(number, frozenset(skills), profile.capacity)


def agents_in(book: AccountBook) -> list[Account]:
    """Return the accounts that take chats and can be used now, by work number."""
    return [
        account
        for account in book.everybody()
        if book.usable(account) and agent_of(account.number, account.profile).may("chat.take")
    ]


def change(book: AccountBook, number: str, wanted: Profile, version: int) -> tuple[Profile, Profile]:
    """Give an agent the languages, districts, topics and cap of `wanted`; return the profile before and after.

    Name, roles and department stay as they are: those are an administrator's affair.

    Raises:
        NoSuchAccount: nobody who takes chats has this number.
        BadAccount: a skill or a cap that cannot be so.
        AccountChanged: somebody else was faster.
    """
    account = next((one for one in agents_in(book) if one.number == number), None)
    if account is None:
        raise NoSuchAccount
    after = replace(
        account.profile,
        languages=wanted.languages,
        districts=wanted.districts,
        topics=wanted.topics,
        capacity=wanted.capacity,
    )
    book.change(number, after, version)
    return account.profile, after
