"""Page → bytes. Autoescape and StrictUndefined on; values never become templates. Flow: pages → render (here) → publish."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.exceptions import TemplateNotFound
from markupsafe import escape

from .pages import Page
from .pages.abbreviations import Explainer
from .pages.views import dial
from .text import count, date_text, in_words, number

CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
MACROS = {"kop": "kop.html", "velden": "velden.html", "versies": "versies.html", "zoekvak": "zoekvak.html", "kaarten": "kaarten.html"}
_WORD = re.compile(r"\{\{ (t|site)\.(\w+) \}\}")
_BLANK = re.compile(rb"\n\s*\n+")


class Renderer:
    """The templates of the project, under those of the register's own root."""

    def __init__(self, folders: Iterable[Path], site: Mapping[str, Any]):
        """folders: later ones come over earlier; site: what every page shows (name, phone, navigation …)."""
        places = [str(f) for f in reversed(list(folders)) if f.is_dir()]
        self._env = Environment(
            loader=ChoiceLoader([FileSystemLoader(p) for p in places]),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        texts = _texts(places)
        tools = {
            "date_text": date_text,
            "number": number,
            "count": count,
            "in_words": in_words,
            "dial": dial,
            "once": lru_cache(maxsize=None)(_once),
        }
        self._env.globals.update(site=site, csp=CSP, t=texts, **tools)
        self._env.loader = _Settled(self._env.loader, {"t": texts, "site": site})
        self._explain = Explainer(texts.get("afkortingen", {}))
        # Known to all templates: an `import` in each costs a look at every global for every page.
        self._env.globals.update({name: self._env.get_template(file).module for name, file in MACROS.items()})
        self._named: dict[str, Any] = {}

    def render(self, page: Page, fallback: str = "vermelding.html") -> bytes:
        """The bytes of a page. A kind without a template of its own gets `fallback`. Raises jinja2 errors for a faulty template."""
        template = self._named.get(page.template)
        if template is None:
            try:
                template = self._env.get_template(page.template)
            except TemplateNotFound:
                template = self._env.get_template(fallback)
            self._named[page.template] = template
        return self._explain(_BLANK.sub(b"\n", template.render(page.context).encode()))


class _Settled(BaseLoader):
    """Templates in which the words of the site stand written out: what is the same on every page need not be escaped on every page."""

    def __init__(self, loader: BaseLoader | None, words: Mapping[str, Mapping[str, Any]]):
        assert loader is not None
        self._loader, self._words = loader, words

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, name, fresh = self._loader.get_source(environment, template)
        return _WORD.sub(self._settle, source), name, fresh

    def _settle(self, found: re.Match[str]) -> str:
        word = self._words[found[1]].get(found[2])
        # A word with a brace would become template code; anything but text is left to the template.
        return str(escape(word)) if isinstance(word, str) and "{" not in word else found[0]


def _once(make: Callable[..., str], *values: Any) -> str:
    """The same macro with the same values gives the same markup: made once, however many pages show it."""
    return make(*values)


def _texts(places: Iterable[str]) -> dict[str, Any]:
    """The words of the site from `nl.yaml`; a root's own file comes over the shipped one, word by word."""
    words: dict[str, Any] = {}
    for place in reversed(list(places)):
        file = Path(place) / "nl.yaml"
        if file.is_file():
            words.update(yaml.load(file.read_bytes(), yaml.CSafeLoader) or {})
    return words
