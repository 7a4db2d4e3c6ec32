"""The report on paper: the same HTML and print stylesheet through WeasyPrint, marked as PDF/UA-1. Flow: alone → pdf → run.

Marked, and checked by machine; that is not the same as conforming, and nothing here says so (ACCESSIBILITY, Paper). The bytes depend on
the HTML, the stylesheets, the fonts of the machine and the versions of the tools alone: no clock, no random number.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

_LINK = re.compile(r"<link\b[^>]*>\s*")
INSTALL = "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
# `rem` follows the size; a heading that grows along with 24 points would not fit on its line.
_SIZE = "@media print {{ html {{ font-size: {size}pt; }} body {{ font-size: 1rem; line-height: 1.5; }} }}"


class NoPango(RuntimeError):
    """Pango, which shapes the letters, is not on this machine. The text is a Dutch sentence that says what to install."""


def to_pdf(html: str, styles: Sequence[str], day: str, size: int) -> bytes:
    """A page as a tagged PDF in letters of `size` points.

    html: a whole page whose links are settled; styles: its stylesheets as text; day: the date of the document. Raises NoPango.
    """
    try:
        import weasyprint
    except OSError:
        raise NoPango(f"De pdf is niet gemaakt, want Pango ontbreekt. Installeer het met: {INSTALL}") from None
    dated = f'<meta name="dcterms.created" content="{day}"><meta name="dcterms.modified" content="{day}"></head>'
    page = _LINK.sub("", html).replace("</head>", dated, 1)
    sheets = [weasyprint.CSS(string=text) for text in (*styles, _SIZE.format(size=size))]
    level, logger = logging.getLogger("weasyprint").level, logging.getLogger("weasyprint")
    logger.setLevel(logging.CRITICAL)  # it tells of every rule that paper has no use for
    try:
        raw = weasyprint.HTML(string=page, url_fetcher=_nothing).write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1", pdf_tags=True)
    finally:
        logger.setLevel(level)
    return _completed(raw)


def _nothing(url: str, *_: Any, **__: Any) -> Any:
    """Paper asks nothing of any network or disk."""
    raise ValueError(f"no request may leave the page: {url}")


def _completed(raw: bytes) -> bytes:
    """Gives every TH its /Scope, which WeasyPrint leaves out, and an identifier that follows from the content."""
    import pikepdf

    with pikepdf.open(io.BytesIO(raw)) as document:
        for cell, scope in _headers(document.Root.StructTreeRoot.K, "Column"):
            attributes = cell.get("/A", pikepdf.Dictionary(O=pikepdf.Name.Table))
            attributes["/Scope"] = pikepdf.Name(f"/{scope}")
            cell["/A"] = attributes
        out = io.BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, fix_metadata_version=False)
    return out.getvalue()


def _headers(kids: Any, scope: str) -> Iterator[tuple[Any, str]]:
    """Every TH of the tag tree, with what it is the head of: in the head of a table its column, elsewhere its row."""
    import pikepdf

    todo = [(kids, scope)]
    while todo:
        node, scope = todo.pop()
        if isinstance(node, pikepdf.Array):
            todo += [(kid, scope) for kid in node]
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            tag = str(node["/S"])
            scope = {"/THead": "Column", "/TBody": "Row"}.get(tag, scope)
            if tag == "/TH":
                yield node, scope
            if "/K" in node:
                todo.append((node["/K"], scope))
