"""What tests of the content share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.reviewing import COUNTRIES_FILE, ENGLISH_FILE, KHMER_FILE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small copy of the content folder."""
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "en.yml").write_text(ENGLISH_FILE, encoding="utf-8")
    (tmp_path / "phrases" / "km.yml").write_text(KHMER_FILE, encoding="utf-8")
    (tmp_path / "countries.yml").write_text(COUNTRIES_FILE, encoding="utf-8")
    return tmp_path
