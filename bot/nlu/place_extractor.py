"""Divisions, landmarks, clinics and addresses, with codes, ambiguity and the direction of a journey."""

from typing import Any, Dict, Iterable, Optional

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.addresses import addresses_in
from bot.nlu.extraction import SpanExtractor
from bot.nlu.gazetteer import Place, gazetteer
from bot.nlu.mapped_text import MappedText
from bot.nlu.place_finder import PlaceMention, places_in
from bot.nlu.place_roles import river, roles
from bot.nlu.vocabulary import Found

_SICHUAN_CODE = "510000"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PlaceExtractor(SpanExtractor):
    """Entities `province city district town landmark address institution`.

    Extra keys: `adcode` (of a landmark: of its county) and `path` when one place is meant, else `candidates`
    (`{adcode, path}` each); `role` (`from` or `to`) on a journey; `abroad` for other countries.
    """

    def find(self, text: MappedText, message: Message) -> Iterable[Found]:
        """Yield places, then addresses."""
        places = places_in(text.text)
        direction = roles(text.text, places)
        for index, mention in enumerate(places):
            yield _entity(mention, direction.get(index))
        for start, end, role in river(text.text):
            sichuan = gazetteer().places[_SICHUAN_CODE]
            yield Found(
                start, end, sichuan.name, entity=sichuan.entity, extra={**_codes(sichuan), "role": role}
            )
        yield from addresses_in(text.text)


def _entity(mention: PlaceMention, role: Optional[str]) -> Found:
    extra: Dict[str, Any] = {"role": role} if role else {}
    place = mention.place
    if place is not None:
        return Found(
            mention.start, mention.end, place.name, entity=place.entity, extra={**_codes(place), **extra}
        )
    extra["candidates"] = [_codes(candidate) for candidate in mention.places]
    return Found(mention.start, mention.end, mention.spelling, entity=mention.places[0].entity, extra=extra)


def _codes(place: Place) -> Dict[str, Any]:
    if place.level == "abroad":
        return {"adcode": "", "path": place.name, "abroad": True}
    code = place.parent if place.level == "landmark" else place.code
    return {"adcode": code, "path": gazetteer().path(place)}
