"""Page → bytes. Autoescape and StrictUndefined on; values never become templates. Flow: pages → render (here) → publish."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.exceptions import TemplateNotFound

from .pages import Page
from .pages.views import dial
from .text import count, date_text, in_words, number

CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
_BLANK = re.compile(rb"\n\s*\n+")


class Renderer:
    """The templates of the project, under those of the register's own root."""

    def __init__(self, folders: Iterable[Path], site: Mapping[str, Any]):
        """folders: later ones come over earlier; site: what every page shows (name, phone, navigation …)."""
        places = [str(f) for f in reversed(list(folders)) if f.is_dir()]
        self._env = Environment(
            loader=ChoiceLoader([FileSystemLoader(p) for p in places]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.globals.update(
            site=site, csp=CSP, t=_texts(places), date_text=date_text, number=number, count=count, in_words=in_words, dial=dial
        )
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
        return _BLANK.sub(b"\n", template.render(page.context).encode())


def _texts(places: Iterable[str]) -> dict[str, Any]:
    """The words of the site from `nl.yaml`; a root's own file comes over the shipped one, word by word."""
    words: dict[str, Any] = {}
    for place in reversed(list(places)):
        file = Path(place) / "nl.yaml"
        if file.is_file():
            words.update(yaml.safe_load(file.read_bytes()) or {})
    return words
