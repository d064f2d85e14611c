"""Searches by words over lists that Partner Center sends whole, and cannot search itself."""

import re

_BETWEEN_WORDS = re.compile(r"[\W_]+")


class Search:
    """What a caller looks for: words, in any order and case. Without any word it finds everything."""

    def __init__(self, query: str) -> None:
        self.query = query.strip().casefold()
        self._words = _words_of(self.query)
        self._beginnings = [re.compile(rf"(?<![^\W_]){re.escape(word)}") for word in self._words]

    def finds(self, *texts: str | None, identifier: str) -> bool:
        """Whether each word begins a word of the texts, or the query is the identifier."""
        return self._all_begin_in(" ".join(filter(None, texts))) or self.query == identifier.casefold()

    def rank(self, title: str | None) -> int:
        """How well a title answers, 0 the best: it is the query, begins with it, holds all of its words, or does not."""
        words = _words_of((title or "").casefold())
        if words == self._words:
            return 0
        if words[: len(self._words)] == self._words:
            return 1
        return 2 if self._all_begin_in(title or "") else 3

    def _all_begin_in(self, text: str) -> bool:
        folded = text.casefold()
        return all(beginning.search(folded) for beginning in self._beginnings)


def _words_of(text: str) -> list[str]:
    return _BETWEEN_WORDS.sub(" ", text).split()
