"""The match table of document portraits: which FMR a score of live probe against document portrait stands for.

Printed, small and overprinted portraits score otherwise than live pictures do, so they have distributions of their own.
They belong to one embedding and to no other: with another the table is refused, and no document portrait is matched.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from edge_models.runtime.errors import CardInvalid, ModelError, ModelMissing
from edge_models.tasks.score_tables import ScoreTable

SCORES = "scores.npz"
ACCOUNT = "scores.toml"
FOLDER = Path(__file__).parent


class TableForeign(ModelError):
    """The document portraits' match table belongs to another embedding than the one in use."""

    code = "PORTRAIT_TABLE"
    hint = "install the face_embedding release that this version came with, or measure a table for the one in use"


def load_document_table(embedding_sha256: str, folder: Path = FOLDER) -> ScoreTable:
    """Give the table that was measured with this embedding (``sha256`` of its network, as its card states it).

    Raises ``TableForeign`` for another embedding's table, ``ModelMissing`` where there is none and ``CardInvalid`` where
    it cannot be read or is not the one that its account names.
    """
    scores, account = folder / SCORES, folder / ACCOUNT
    if not scores.is_file() or not account.is_file():
        raise ModelMissing(f"there is no match table of document portraits ({SCORES}, {ACCOUNT})")
    content = scores.read_bytes()
    try:
        said = tomllib.loads(account.read_text("utf-8"))
        embedding, sha256 = said["embedding"]["sha256"], said["scores_sha256"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise CardInvalid(f"{ACCOUNT} of the document portraits cannot be read") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CardInvalid(f"{SCORES} is not the table that {ACCOUNT} describes")
    if embedding != embedding_sha256:
        raise TableForeign
    return ScoreTable.from_bytes(content, of="document portraits")
