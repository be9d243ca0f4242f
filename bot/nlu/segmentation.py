"""Word segmentation with a private dictionary: jieba without its global state, its guessing or its cache file."""

import functools
from typing import Iterable, List, Tuple

import jieba

from bot.nlu.private_tokens import PRIVATE_TOKEN
from bot.nlu.resources import LEXICON_DIR, read_gazetteer

Word = Tuple[str, int, int]
_RANKED_LEVELS = ("province", "prefecture", "county")


def _domain_words() -> Iterable[str]:
    for line in (LEXICON_DIR / "domain_words.txt").read_text(encoding="utf-8").splitlines():
        word = line.split("#")[0].strip()
        if word:
            yield word
    for row in read_gazetteer("divisions"):
        yield row["name"]
    for row in read_gazetteer("china"):
        if row["level"] in _RANKED_LEVELS:
            yield row["name"]


class Segmenter:
    """Cuts a normalised text into words with their offsets."""

    def __init__(self, words: Iterable[str]) -> None:
        """Read jieba's own dictionary and add `words`, each frequent enough not to be cut apart."""
        self._jieba = jieba.Tokenizer()
        # Initialised by hand: jieba would write a cache into the machine's shared temporary folder.
        self._jieba.FREQ, self._jieba.total = self._jieba.gen_pfdict(self._jieba.get_dict_file())
        self._jieba.initialized = True
        for word in words:
            self._jieba.add_word(word)
        # Several components cut the same text one after the other.
        self.cut = functools.lru_cache(maxsize=256)(self._cut)

    def knows(self, word: str) -> bool:
        """Tell whether `word` is in the dictionary."""
        return bool(self._jieba.FREQ.get(word))

    def _cut(self, text: str) -> Tuple[Word, ...]:
        """Return `(word, start, end)` without blanks; a private token is one word."""
        words: List[Word] = []
        position = 0
        for match in PRIVATE_TOKEN.finditer(text):
            words += self._cut_plain(text[position : match.start()], position)
            words.append((match.group(), match.start(), match.end()))
            position = match.end()
        return (*words, *self._cut_plain(text[position:], position))

    def _cut_plain(self, text: str, offset: int) -> List[Word]:
        words = []
        for word in self._jieba.cut(text, HMM=False):
            if not word.isspace():
                words.append((word, offset, offset + len(word)))
            offset += len(word)
        return words


@functools.lru_cache(maxsize=1)
def segmenter() -> Segmenter:
    """Return the segmenter of this process, built at first use."""
    return Segmenter(_domain_words())
