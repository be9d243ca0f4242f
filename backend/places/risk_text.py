"""Reading one area of a risk list: free text such as `沙河街道锦东庭园1-8栋、10-15栋，包括3、4栋底商`.

The result is a list of `Place`, each with the names and streets by which people call it and what of it is meant:
buildings, units, groups and house numbers, exceptions, shop fronts. A text that only says “the rest of the county” is a
`remainder`. Pure: the same text gives the same places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from backend.places.folding import fold
from backend.places.risk_names import COMMON, ROAD_END, SURE_NAME, EstateName, estate_names, strip_towns
from backend.places.units import LIST, Numbers, parse_numbers

Pattern = dict[str, Numbers]
"""One part of a place, from coarse to fine: {building: 7, unit: 3 or 4}."""

_COMPOUND = rf"{LIST.pattern}(?:[、,和及]?{LIST.pattern})*"
_SHOP = r"(?:底层商户|底层商铺|底层商业|底商|商户|商铺|临街店铺|商业区)"
_SHOPS_IN_BRACKETS = re.compile(rf"\((?:包括|包含|含)[^()]*?{_SHOP}[^()]*\)")
_SHOPS_INCLUDED = re.compile(
    rf"[,、]?(?:包括|包含|含|及|和|以及)(?:楼栋|其|部分|两个)?(?P<which>{_COMPOUND})?的?{_SHOP}+(?:在内)?"
)
_ONLY_SHOPS = re.compile(rf"(?P<which>{_COMPOUND})的?{_SHOP}+")
_REST = r"(?:的?(?:其余|其他|其它|剩余)?的?所?有?(?:楼栋|区域|地区|\d+栋)?)"
_OUTSIDE = rf"(?:以外|之外|外){_REST}"
_EXCEPT = re.compile(
    rf"除(?P<named>[^除]+?){_OUTSIDE}|除(?P<but>{_COMPOUND})的?(?:其余|其他|其它)(?:楼栋|区域)"
    rf"|(?P<listed>{_COMPOUND}){_OUTSIDE}|(?P<after>{_COMPOUND})除外"
)
_OTHERS = re.compile(r"(?:其他|其余|其它)(?:楼栋|区域)")
_HIGHER = re.compile(r"[高中]{1,2}、?[中低]?风险?区?")
_REMAINDER = re.compile(r"^(?P<who>[^除、,]*)除[高中低、和及]+风险?区?(?:区域)?以?外[^、,]*$")
_ENCLOSED = re.compile(r"合围|以南|以北|以东|以西|一线|[东西南北]到|[东西南北]至")
_BETWEEN = re.compile(r"-|合围.*|以[东西南北]$|至原?")
_LEADING = re.compile(r"^(?:以及|及其|和|及|包括|包含|含|-)+")
_TRAILING = re.compile(r"(?:所在楼栋|及?周围|及?周边|楼栋|区域|中|及其|及|和|含|包括|所有)+$")
_NOT_A_PLACE = re.compile(
    r"^(?:会所楼?|物业楼|中庭|商业楼?|楼栋|区域|小区|整?栋|两个商业区|聚居点|散居点|周围|附|院|内|-\d+)?$"
)
_BRACKET = re.compile(r"\(([^()]*)\)?")
_QUALIFIER_ONLY = re.compile(r"^(?:[A-Z\d]+|[东南西北中])(?:期|区)$")
_MARK = "\ue000\\d+\ue002"
_STREET_ONLY = re.compile(rf"^(?P<street>[^,、]+?)(?P<numbers>{LIST.pattern})$")


@dataclass
class Place:
    """One place of an area.

    Attributes:
        names: what people call it; empty for a bare street number.
        streets: street name → house numbers.
        parts: what is meant of it; empty means all of it.
        excepts: parts that are not meant; except_names: named places inside that are not meant.
        remainder: meant is what no higher level names.
        shops: shop fronts: `None` not written about, empty = all, else the shop fronts of these buildings.
        only_shops: the list names nothing but shop fronts.
        enclosed: bounded by roads or landmarks: no text can decide who is inside.
    """

    names: list[EstateName] = field(default_factory=list)
    streets: dict[str, Numbers] = field(default_factory=dict)
    parts: list[Pattern] = field(default_factory=list)
    excepts: list[Pattern] = field(default_factory=list)
    except_names: list[str] = field(default_factory=list)
    remainder: bool = False
    shops: frozenset[str] | None = None
    only_shops: bool = False
    enclosed: bool = False


@dataclass(frozen=True)
class AreaText:
    """What one area of a list says: `remainder` = the rest of the county, else `places`."""

    places: tuple[Place, ...]
    town: str = ""
    remainder: bool = False


@dataclass(frozen=True)
class Surroundings:
    """Folded names around an area: what may stand in front of a place without belonging to its name."""

    divisions: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()


def read_area(text: str, around: Surroundings = Surroundings()) -> AreaText:
    """Read one area of a list. Never fails: what is not understood becomes a name."""
    plain = _strip_divisions(fold(text), around.divisions)
    rest = _REMAINDER.match(plain)
    if rest and not _strip_divisions(rest["who"], around.divisions):
        return AreaText((), remainder=True)
    return _Reader(around).read(plain)


def _strip_divisions(text: str, divisions: tuple[str, ...]) -> str:
    """Without the names of province, city and county in front."""
    while True:
        name = next((name for name in divisions if text.startswith(name)), None)
        if name is None:
            return text
        text = text[len(name) :]


class _Reader:
    """Reads one text from left to right; `marks` keeps the exceptions and shop fronts cut out of it."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.marks: list[tuple[str, str]] = []
        self.places: list[Place] = []
        self.town = ""
        self.after_separator = True
        self.joined = False

    def read(self, text: str) -> AreaText:
        text = _strip_divisions(text, self.around.divisions)
        self.town, text = strip_towns(text, self.around.towns)
        enclosed = _ENCLOSED.search(text) is not None
        text = self._brackets(text)
        text = self._cut(re.sub(r"(?<=\d)商业楼", "栋", text))
        for word in re.findall(rf"{_MARK}|{LIST.pattern}|[、,]|(?:(?!{LIST.pattern})[^、,\ue000])+", text):
            self._take(word)
        if enclosed:
            self._enclose()
        kept = [place for place in self.places if place.names or place.streets]
        if not kept and self.town and not text.strip("、,"):
            kept = [Place(names=[EstateName(self.town)])]
        return AreaText(tuple(kept), self.town)

    def _enclose(self) -> None:
        """What lies between roads cannot be told from a name: keep the roads, so that the question is asked back."""
        for place in self.places:
            place.enclosed = True
            pieces = [piece for name in place.names for piece in _BETWEEN.split(name.base)]
            place.names = [
                EstateName(piece) for piece in pieces if len(piece) >= SURE_NAME and piece != self.town
            ]

    def _mark(self, kind: str, content: str) -> str:
        self.marks.append((kind, content))
        return f"\ue000{len(self.marks) - 1}\ue002"

    def _brackets(self, text: str) -> str:
        """Brackets about shops, exceptions, numbers and phases go back into the text; the others are other names."""

        def back(match: re.Match[str]) -> str:
            inside = match[1]
            if re.match(r"^(?:包括|包含|含)", inside):
                return "," + inside if re.search(_SHOP, inside) else ""
            if (
                "除" in inside
                or (LIST.fullmatch(inside) and inside[-1] != "号")
                or _QUALIFIER_ONLY.match(inside)
            ):
                address, comma, condition = inside.partition(",")
                if not comma or "除" in address:
                    return inside
                return self._mark("alias", address) + condition
            if "不含" in inside:
                return "除" + re.sub(r"^.*?不含", "", inside) + "外"
            return self._mark("alias", inside)

        text = re.sub(rf"\([^()]*{_SHOP}[^()]*\)(?=以?外)", "", text)
        return _BRACKET.sub(back, text)

    def _cut(self, text: str) -> str:
        """Replace exceptions and shop fronts by marks, so that their lists are not taken for the place's own."""

        text = _EXCEPT.sub(lambda found: self._mark("except", found[found.lastgroup or 0]), text)
        text = _SHOPS_INCLUDED.sub(self._shops_mark, text)
        text = _ONLY_SHOPS.sub(lambda found: self._mark("only", found["which"]), text)
        return _OTHERS.sub(lambda _: self._mark("except", "高风险区"), text)

    def _shops_mark(self, found: re.Match[str]) -> str:
        kind = "and shops" if found[0][0] in "及和以" else "shops"
        return self._mark(kind, found["which"] or "")

    def _take(self, word: str) -> None:
        if word in "、,":
            self.after_separator = True
            return
        self.after_separator, self.joined = self.after_separator or self.joined, False
        if word[0] == "\ue000":
            self._take_mark(*self.marks[int(word[1:-1])])
        elif LIST.fullmatch(word):
            self._take_numbers(parse_numbers(word))
        else:
            self._take_name(word)
        self.after_separator = False

    def _take_name(self, text: str) -> None:
        if text.startswith("的") and self.places and not self.after_separator:
            self.places.pop()
            text = text[1:]
        current = self.places[-1] if self.places else None
        if text in ("和", "及", "以及"):
            self.joined = True
            return
        if current and current.parts and not self.after_separator:
            text = _LEADING.sub("", text)
        text = re.sub(r"^[-\d]+[和及]", "", _TRAILING.sub("", text))
        if _NOT_A_PLACE.match(text):
            return
        if current and current.names and _QUALIFIER_ONLY.match(text):
            self.places.append(Place(names=[_in_another_zone(name, text) for name in current.names]))
            return
        text = _strip_divisions(text, self.around.divisions)
        town, text = strip_towns(text, self.around.towns, guess=False)
        self.town = self.town or town
        names = estate_names(text, town or self.town)
        if current and not self.after_separator and not current.parts and current.streets:
            current.names = [] if COMMON.match(text) else names
            return
        if current and self._only_numbered_town(current) and not self.after_separator:
            self.places.pop()
        self.places.append(Place(names=names))

    def _only_numbered_town(self, place: Place) -> bool:
        """A house number right behind the town (九江街道47号锦绣楠郡) is no place of its own."""
        return [name.base for name in place.names] == [self.town] and [
            list(part) for part in place.parts
        ] == [["house"]]

    def _take_numbers(self, numbers: Numbers) -> None:
        if not self.places:
            if self.town:
                self.places.append(Place(names=[EstateName(self.town)]))
            else:
                return
        place = self.places[-1]
        bare = not place.parts and not place.streets and not self.after_separator
        if numbers.kind == "house" and bare and place.names and ROAD_END.search(place.names[0].base):
            place.streets = {name.base: numbers for name in place.names}
            place.names = []
        elif (
            numbers.kind == "house"
            and self.after_separator
            and place.streets
            and not place.parts
            and not place.names
        ):
            place.streets = {street: _joined(old, numbers) for street, old in place.streets.items()}
        else:
            _add_part(place.parts, numbers, adjacent=not self.after_separator)

    def _take_mark(self, kind: str, content: str) -> None:
        if not self.places:
            self.places.append(Place(names=[EstateName(self.town)] if self.town else []))
        place = self.places[-1]
        if kind == "alias":
            self._add_alias(place, content)
        elif kind == "except" and (_HIGHER.search(content) or not content):
            place.remainder = True
        elif kind == "except":
            place.excepts, place.except_names = _read_exception(content, self.around)
        elif kind == "only":
            place.only_shops, place.shops = True, frozenset()
            for found in LIST.finditer(content):
                self._take_numbers(parse_numbers(found[0]))
        else:
            self._take_shops(content, spread=kind == "and shops")

    def _take_shops(self, content: str, *, spread: bool) -> None:
        """Shop fronts of the last place; 及底商 behind a row of places means those of the others too."""
        values = frozenset(
            value for found in LIST.finditer(content) for value in parse_numbers(found[0]).values
        )
        for place in self.places if spread else self.places[-1:]:
            if place is not self.places[-1] and place.shops is not None:
                continue
            everywhere = not content or place.shops == frozenset()
            place.shops = frozenset() if everywhere else values | (place.shops or frozenset())

    def _add_alias(self, place: Place, alias: str) -> None:
        """A bracket holds another name of the place in front of it, or its street and number."""
        text = _strip_divisions(_TRAILING.sub("", alias.removeprefix("原")), self.around.divisions)
        text = strip_towns(text, self.around.towns)[1]
        street = _STREET_ONLY.match(text)
        if street and ROAD_END.search(street["street"]) and street["numbers"].endswith("号"):
            numbers = parse_numbers(street["numbers"])
            for name in estate_names(street["street"], ""):
                known = place.streets.get(name.base)
                place.streets[name.base] = _joined(known, numbers) if known else numbers
        elif LIST.search(text) and not re.search(_SHOP, text):
            self.places[:0] = _Reader(self.around).read(text).places
        elif not re.search(r"\d", text) and not ROAD_END.search(text):
            bare_road = bool(place.names) and not place.parts and ROAD_END.search(place.names[0].base)
            others = [name for name in estate_names(text, "") if len(name.base) >= SURE_NAME]
            place.names = others if bare_road and others else place.names + others


def _in_another_zone(name: EstateName, zone: str) -> EstateName:
    """The same estate's other phase or zone: 1期1区 and then 2区 is 1期2区."""
    kept = tuple(qual for qual in name.quals if qual[-1] != zone[-1])
    return EstateName(name.base, (*kept, zone), name.tail)


def _add_part(parts: list[Pattern], numbers: Numbers, *, adjacent: bool) -> None:
    """Hang a list under the part in front of it, or begin a new part."""
    last = parts[-1] if parts else None
    if last is not None and adjacent and numbers.kind not in last:
        last[numbers.kind] = numbers
    elif last is not None and len(last) > 1 and list(last)[-1] == numbers.kind:
        last[numbers.kind] = _joined(last[numbers.kind], numbers)
    else:
        parts.append({numbers.kind: numbers})


def _joined(first: Numbers, second: Numbers) -> Numbers:
    return Numbers(first.kind, first.values | second.values, first.ranged | second.ranged)


def _read_exception(text: str, around: Surroundings) -> tuple[list[Pattern], list[str]]:
    """The parts and the named places that an exception takes out."""
    reader = _Reader(Surroundings(around.divisions, around.towns))
    reader.places.append(Place(names=[EstateName("除外")]))
    for word in re.findall(rf"{LIST.pattern}|[、,]|(?:(?!{LIST.pattern})[^、,])+", text):
        reader._take(word)
    parts = [part for place in reader.places for part in place.parts]
    names = [place.names[0].base for place in reader.places[1:] if place.names]
    return parts, names
