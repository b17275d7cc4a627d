"""The match table of document portraits belongs to one embedding, and is refused with another."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from edge_models.runtime.card import read_card
from edge_models.runtime.errors import CardInvalid, ModelMissing
from edge_models.runtime.registry import released_root
from kiosk.document.portrait.scores import ACCOUNT, SCORES, TableForeign, load_document_table

SHA256 = "ab" * 32


def write_table(folder: Path) -> None:
    stored = BytesIO()
    grid = np.linspace(0, 1, 33)
    np.savez_compressed(
        stored,
        mated=0.4 + 0.5 * grid,
        nonmated=-0.3 + 0.6 * grid,
        tail=np.linspace(0.3, 0.25, 100),
        counts=np.array([900, 40_000]),
    )
    content = stored.getvalue()
    (folder / SCORES).write_bytes(content)
    account = f'scores_sha256 = "{hashlib.sha256(content).hexdigest()}"\n[embedding]\nsha256 = "{SHA256}"\n'
    (folder / ACCOUNT).write_text(account)


def test_it_loads_with_its_own_embedding(tmp_path: Path) -> None:
    write_table(tmp_path)
    table = load_document_table(SHA256, tmp_path)
    assert table.mated_count == 900
    assert 0.25 < table.threshold_for_fmr(1e-3) < 0.3


def test_another_embedding_is_refused(tmp_path: Path) -> None:
    write_table(tmp_path)
    with pytest.raises(TableForeign):
        load_document_table("cd" * 32, tmp_path)


def test_a_changed_table_is_refused(tmp_path: Path) -> None:
    write_table(tmp_path)
    content = bytearray((tmp_path / SCORES).read_bytes())
    content[40] ^= 1
    (tmp_path / SCORES).write_bytes(bytes(content))
    with pytest.raises(CardInvalid):
        load_document_table(SHA256, tmp_path)


@pytest.mark.parametrize("account", ["", "scores_sha256 = 3", "[[", "embedding = 1\nscores_sha256 = 'x'"])
def test_an_account_that_says_nothing_is_refused(tmp_path: Path, account: str) -> None:
    write_table(tmp_path)
    (tmp_path / ACCOUNT).write_text(account)
    with pytest.raises(CardInvalid):
        load_document_table(SHA256, tmp_path)


@pytest.mark.parametrize("missing", [SCORES, ACCOUNT])
def test_a_missing_file_is_said(tmp_path: Path, missing: str) -> None:
    write_table(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(ModelMissing):
        load_document_table(SHA256, tmp_path)


def test_the_shipped_table_belongs_to_the_shipped_embedding() -> None:
    table = load_document_table(read_card(released_root() / "face_embedding").sha256)
    strict, loose = table.threshold_for_fmr(1e-4), table.threshold_for_fmr(1e-2)
    assert 0 < loose < strict < 1
    assert table.fnmr_at(loose) < table.fnmr_at(strict) < 0.9
    assert table.alike is not None
    assert table.alike.fmr_at(strict) > 1e-4
