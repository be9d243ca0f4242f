"""Skills and the cap of chats at once, changed by a leader: the routing knows at once, the audit before and after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from sanic import Blueprint, response

from ..accounts.errors import AccountError
from ..accounts.people import Account, Profile
from ..chats.topics import topics
from ..desk import Desk
from ..errors import BadRequest
from ..shifts.skills import agents_in, change, chat_agent
from .shifts import render

MAX_TYPED: Final = 400
_SKILLS: Final = ("languages", "districts", "topics")
LANGUAGES: Final = {"zh": "普通话和四川话", "en": "英语", "bo": "藏语", "ii": "彝语"}
TOPICS: Final = {
    "code": "健康码",
    "elderly": "老人和家人代办",
    "appeal": "转码申诉",
    "test": "核酸检测",
    "vaccine": "疫苗",
    "travel": "出行和风险区",
    "account": "账号和证件",
    "venue": "场所码",
    "complaint": "投诉",
}


def blueprint() -> Any:
    """Return the routes under `/shifts/people`."""
    routes = Blueprint("shifts_people")
    routes.add_route(_list, "/shifts/people")
    routes.add_route(_change, "/shifts/people/<number:str>", methods=["POST"], unquote=True)
    return routes


async def _list(request: Any) -> Any:
    return await _page(request)


async def _page(request: Any, *, fault: str = "", typed: tuple[str, Profile] | None = None) -> Any:
    desk: Desk = request.app.ctx.desk
    people: list[Account] = await desk.on_thread(lambda: agents_in(desk.accounts))
    there = {one.number: one for one in await request.app.ctx.chats.there()}
    rows = []
    for account in people:
        profile = typed[1] if typed and typed[0] == account.number else account.profile
        one = there.get(account.number)
        rows.append(
            {
                "number": account.number,
                "name": account.profile.name,
                "href": f"/shifts/people/{quote(account.number, safe='')}",
                "version": account.version,
                "capacity": profile.capacity,
                "districts": " ".join(profile.districts),
                "languages": _choices(LANGUAGES, LANGUAGES, profile.languages),
                "topics": _choices(TOPICS, topics(), profile.topics),
                "now": f"现在接待{one.load}个，上限{one.capacity}个" if one else "现在不在",
                "fault": fault if typed and typed[0] == account.number else "",
            }
        )
    return render(
        request,
        "shifts_people",
        "技能和接待上限",
        status=422 if fault else 200,
        rows=rows,
        done=request.args.get("done", "")[:20] if not fault else "",
    )


def _choices(
    labels: Mapping[str, str], known: Iterable[str], own: Collection[str]
) -> list[tuple[str, str, bool]]:
    """Return skills to tick as value, words and whether ticked; what somebody has beyond the usual ones stays."""
    return [(value, labels.get(value, value), value in own) for value in dict.fromkeys([*known, *own])]


async def _change(request: Any, number: str) -> Any:
    desk: Desk = request.app.ctx.desk
    wanted = _wanted(request)
    version = request.form.get("version") or ""
    if not (version.isascii() and version.isdigit() and len(version) <= 9):  # noqa: PLR2004 – fits an integer
        raise BadRequest("version", "a whole number")
    try:
        before, after = await desk.on_thread(lambda: change(desk.accounts, number, wanted, int(version)))
    except AccountError as error:
        return await _page(request, fault=error.sentence, typed=(number, wanted))
    await desk.note(
        request.ctx.agent.number, "shift.skills", number, before=_words(before), after=_words(after)
    )
    await request.app.ctx.chats.reskilled(chat_agent(number, after))
    return response.redirect(f"/shifts/people?done={quote(number, safe='')}", status=303)


def _wanted(request: Any) -> Profile:
    """Return a profile with what was typed; name and roles are not looked at."""
    languages, districts, topic_words = (
        tuple(" ".join(request.form.getlist(name, []))[:MAX_TYPED].split()) for name in _SKILLS
    )
    capacity = request.form.get("capacity") or ""
    return Profile(
        "",
        frozenset(),
        languages=languages,
        districts=districts,
        topics=topic_words,
        capacity=int(capacity) if capacity.isascii() and capacity.isdigit() and len(capacity) < 4 else -1,  # noqa: PLR2004
    )


def _words(profile: Profile) -> list[str]:
    """Return skills and cap for the audit."""
    return [*profile.languages, *profile.districts, *profile.topics, f"上限{profile.capacity}"]
