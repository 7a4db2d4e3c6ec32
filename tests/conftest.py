"""Fixtures that all tests share."""

from collections.abc import Iterator

import pytest
from browser import chromium
from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One running Chromium for the whole session."""
    with chromium() as running:
        yield running
