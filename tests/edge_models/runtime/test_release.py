"""Opening a release: signature, manifest, hashes, card; each kind of tampering is refused with its own error."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_models.runtime import errors
from edge_models.runtime.manifest import MANIFEST, SIGNATURE, Manifest, write_signature
from edge_models.runtime.release import open_release
from edge_models.runtime.trust import TOLERANCE, TrustRoots, key_id_of

if TYPE_CHECKING:
    from tests.edge_models.conftest import Forge

DAY = timedelta(days=1)


def flip(path: Path, place: int = 20) -> None:
    """Change one bit of a file."""
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1
    path.write_bytes(bytes(content))


def resign(forge: Forge, folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change the manifest and sign it rightly: what a careless or bought key holder could do."""
    table = json.loads((folder / MANIFEST).read_bytes())
    change(table)
    content = json.dumps(table, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    (folder / MANIFEST).write_bytes(content)
    (folder / SIGNATURE).write_bytes(write_signature(forge.root.key, forge.key.sign(content)))


def test_a_whole_release_opens_and_gives_its_verified_bytes(forge: Forge) -> None:
    folder = forge.release()
    release = forge.open(folder, version="1.0.0")
    shutil.rmtree(folder)
    assert release.card.name == release.manifest.name == "face_tiny"
    assert hashlib.sha256(release.network).hexdigest() == release.card.sha256
    assert len(release.golden()) == 1
    assert release.file("README.md") == b"# face_tiny\n"
    with pytest.raises(errors.FileMissing, match=r"det\.npz"):
        release.file("det.npz")


def _swap_in_another_model(forge: Forge, folder: Path) -> None:
    shutil.rmtree(folder)
    forge.release("face_other", at=folder)


def _swap_one_file(forge: Forge, folder: Path) -> None:
    shutil.copy(forge.release("face_other", factor=3.0) / "model.onnx", folder)


def _another_key(forge: Forge, folder: Path) -> None:
    key, content = Ed25519PrivateKey.generate(), (folder / MANIFEST).read_bytes()
    (folder / SIGNATURE).write_bytes(write_signature(key_id_of(key.public_key()), key.sign(content)))


def _another_key_under_a_trusted_name(forge: Forge, folder: Path) -> None:
    content = (folder / MANIFEST).read_bytes()
    (folder / SIGNATURE).write_bytes(write_signature(forge.root.key, Ed25519PrivateKey.generate().sign(content)))


def _card_of_another_version(forge: Forge, folder: Path) -> None:
    text = (folder / "card.toml").read_text().replace("version = '1.0.0'", "version = '2.0.0'").encode()
    (folder / "card.toml").write_bytes(text)
    entry = {"sha256": hashlib.sha256(text).hexdigest(), "size": len(text)}
    resign(forge, folder, lambda table: table["files"].update({"card.toml": entry}))  # type: ignore[attr-defined]


def _card_without_field(forge: Forge, folder: Path) -> None:
    text = (folder / "card.toml").read_text().replace("licence =", "license =").encode()
    (folder / "card.toml").write_bytes(text)
    entry = {"sha256": hashlib.sha256(text).hexdigest(), "size": len(text)}
    resign(forge, folder, lambda table: table["files"].update({"card.toml": entry}))  # type: ignore[attr-defined]


TAMPERINGS: dict[str, tuple[Callable[[Forge, Path], object], type[errors.ModelError], str]] = {
    "no signature": (lambda _, f: (f / SIGNATURE).unlink(), errors.SignatureMissing, "MODEL_UNSIGNED"),
    "no manifest": (lambda _, f: (f / MANIFEST).unlink(), errors.SignatureMissing, "MODEL_UNSIGNED"),
    "manifest changed": (lambda _, f: flip(f / MANIFEST), errors.SignatureWrong, "MODEL_SIGNATURE"),
    "signature is noise": (
        lambda _, f: (f / SIGNATURE).write_bytes(b"\xff\n"),
        errors.SignatureWrong,
        "MODEL_SIGNATURE",
    ),
    "signed by a stranger": (_another_key, errors.KeyUnknown, "MODEL_KEY_UNKNOWN"),
    "a stranger under a trusted id": (_another_key_under_a_trusted_name, errors.SignatureWrong, "MODEL_SIGNATURE"),
    "another model here": (_swap_in_another_model, errors.ModelSwapped, "MODEL_SWAPPED"),
    "network changed": (lambda _, f: flip(f / "model.onnx"), errors.HashMismatch, "MODEL_HASH"),
    "network of another release": (_swap_one_file, errors.HashMismatch, "MODEL_HASH"),
    "network cut": (lambda _, f: (f / "model.onnx").write_bytes(b""), errors.HashMismatch, "MODEL_HASH"),
    "card changed": (lambda _, f: flip(f / "card.toml"), errors.HashMismatch, "MODEL_HASH"),
    "figures changed": (lambda _, f: flip(f / "accuracy.toml"), errors.HashMismatch, "MODEL_HASH"),
    "golden vectors changed": (lambda _, f: flip(f / "golden.npz"), errors.HashMismatch, "MODEL_HASH"),
    "file gone": (lambda _, f: (f / "golden.npz").unlink(), errors.FileMissing, "MODEL_FILE_MISSING"),
    "file added": (lambda _, f: (f / "det.npz").write_bytes(b"x"), errors.FileExtra, "MODEL_FILE_EXTRA"),
    "folder added": (lambda _, f: (f / "more").mkdir(), errors.FileExtra, "MODEL_FILE_EXTRA"),
    "signed card of another version": (_card_of_another_version, errors.CardDisagrees, "MODEL_CARD_DISAGREES"),
    "signed card that lacks a field": (_card_without_field, errors.CardInvalid, "CARD_INVALID"),
    "folder gone": (lambda _, f: shutil.rmtree(f), errors.ModelMissing, "MODEL_MISSING"),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_each_kind_of_tampering_is_refused_with_its_own_error(forge: Forge, kind: str) -> None:
    tamper, error, code = TAMPERINGS[kind]
    folder = forge.release()
    tamper(forge, folder)
    with pytest.raises(error) as caught:
        forge.open(folder)
    assert type(caught.value) is error
    assert (caught.value.code, caught.value.exit_status) == (code, 5)
    assert len(caught.value.line().splitlines()) == 1


def test_codes_are_told_apart() -> None:
    kinds = [
        error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.GisheError)
    ]
    codes = [error.code for error in kinds]
    assert len(set(codes)) == len(codes)
    assert all(error.exit_status == 5 for error in kinds if issubclass(error, errors.ModelError))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0, 6), place=st.integers(0, 1 << 20), bit=st.integers(0, 7))
def test_no_flipped_bit_of_any_file_goes_unseen(forge: Forge, which: int, place: int, bit: int) -> None:
    folder = forge.release()
    path = sorted(folder.iterdir())[which]
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1 << bit
    path.write_bytes(bytes(content))
    if path.name == SIGNATURE and _same_signature(bytes(content), folder, forge):
        return
    with pytest.raises(errors.ModelError):
        forge.open(folder)


def _same_signature(content: bytes, folder: Path, forge: Forge) -> bool:
    """Base64 and white space leave room for another spelling of the same 64 bytes: no harm is done by that."""
    try:
        key, text = content.decode("ascii").split()
        whole = base64.b64decode(text, validate=True)
        forge.key.public_key().verify(whole, (folder / MANIFEST).read_bytes())
    except (ValueError, InvalidSignature):
        return False
    return key == forge.root.key


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.update(type="something"), "type"),
        (lambda table: table.update(format=2), "format"),
        (lambda table: table.update(name="../../etc"), "name"),
        (lambda table: table.update(version="1"), "version"),
        (lambda table: table.update(created="yesterday"), "created"),
        (lambda table: table.update(colour=1), "colour"),
        (
            lambda table: table["files"].update({"../card.toml": {"sha256": "0" * 64, "size": 1}}),
            "no name of a release",
        ),
        (lambda table: table["files"].update({MANIFEST: {"sha256": "0" * 64, "size": 1}}), "no name of a release"),
        (lambda table: table.update(key="ed25519:0000000000000000"), "names the key"),
        (lambda table: table.pop("samples"), "canonical"),
        (lambda table: table.update(created=table["created"].replace("Z", "+00:00")), "canonical"),
    ],
)
def test_a_signed_manifest_that_is_none_is_refused(forge: Forge, change: Callable[..., object], said: str) -> None:
    folder = forge.release()
    resign(forge, folder, change)
    with pytest.raises(errors.ManifestInvalid, match=said):
        forge.open(folder)


def test_signed_bytes_that_are_no_json_are_refused(forge: Forge) -> None:
    folder = forge.release()
    for content in (b"{", b"[" * 100_000, b"\xff", b'{"a":1,"a":2}'):
        (folder / MANIFEST).write_bytes(content)
        (folder / SIGNATURE).write_bytes(write_signature(forge.root.key, forge.key.sign(content)))
        with pytest.raises(errors.ManifestInvalid):
            forge.open(folder)


def test_the_first_broken_thing_in_the_order_is_the_one_that_is_named(forge: Forge) -> None:
    folder = forge.release(valid_until=forge.now + DAY)
    late = forge.now + 2 * DAY
    flip(folder / "model.onnx")
    with pytest.raises(errors.ReleaseExpired):
        forge.open(folder, now=late)
    with pytest.raises(errors.ModelSwapped):
        forge.open(folder, now=late, name="face_other")
    flip(folder / MANIFEST)
    with pytest.raises(errors.SignatureWrong):
        forge.open(folder, now=late, name="face_other")


def test_times_are_refused_each_in_its_own_way(forge: Forge) -> None:
    folder = forge.release(valid_until=forge.now + 10 * DAY)
    forge.open(folder, now=forge.now + 10 * DAY)
    with pytest.raises(errors.ReleaseExpired, match="might be used until"):
        forge.open(folder, now=forge.now + 11 * DAY)
    with pytest.raises(errors.ReleaseNotYetValid, match="was signed on"):
        forge.open(folder, now=forge.now - TOLERANCE - timedelta(seconds=1))
    forge.open(folder, now=forge.now - TOLERANCE)
    endless = forge.release("face_other")
    with pytest.raises(errors.KeyExpired, match="ended on"):
        forge.open(endless, now=forge.root.valid_until + timedelta(seconds=1))
    forge.open(endless, now=forge.root.valid_until)
    with pytest.raises(errors.KeyNotYetValid, match="counts from"):
        forge.open(endless, now=forge.root.valid_from - TOLERANCE - DAY)


def test_a_release_signed_outside_its_keys_time_is_refused(forge: Forge) -> None:
    """A key that leaked after its end must not sign the past or the future."""
    folder = forge.release()
    early, late = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (forge.now - 60 * DAY, forge.now + 500 * DAY))
    resign(forge, folder, lambda table: table.update(created=early))
    with pytest.raises(errors.KeyNotYetValid):
        forge.open(folder)
    resign(forge, folder, lambda table: table.update(created=late))
    with pytest.raises(errors.KeyExpired):
        forge.open(folder)


def test_a_swollen_file_is_not_read_whole(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = forge.release()
    size = (folder / "model.onnx").stat().st_size
    with (folder / "model.onnx").open("ab") as file:
        file.truncate(1 << 31)
    with pytest.raises(errors.HashMismatch):
        forge.open(folder)
    assert size < 1000


def test_what_is_signed_can_be_checked_without_us(forge: Forge) -> None:
    """The detached signature is plain Ed25519 over the file: any other tool can check it."""
    folder = forge.release()
    key, text = (folder / SIGNATURE).read_text().split()
    forge.key.public_key().verify(base64.b64decode(text), (folder / MANIFEST).read_bytes())
    assert key == forge.root.key
    manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    assert {name: entry.size for name, entry in manifest.files.items()} == {
        path.name: path.stat().st_size for path in folder.iterdir() if path.name not in (MANIFEST, SIGNATURE)
    }


def test_no_roots_believe_nobody(forge: Forge) -> None:
    folder = forge.release()
    with pytest.raises(errors.KeyUnknown):
        open_release(folder, roots=TrustRoots([]), now=forge.now)


def test_the_guide_names_every_code() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "model-releases.md").read_text(encoding="utf-8")
    recipes = Path(__file__).parents[3] / "edge_models" / "recipes"
    gate = "".join(path.read_text(encoding="utf-8") for path in recipes.glob("gate*.py"))
    refusals = set(re.findall(r'refuse\(\s*"([A-Z0-9_]+)"', gate)) | {"SAMPLES", "OVERLAP"}
    assert len(refusals) > 12
    codes = {code for _, _, code in TAMPERINGS.values()} - {"MODEL_MISSING"}
    times = {error.code for error in (errors.KeyExpired, errors.KeyNotYetValid, errors.ReleaseExpired)}
    missing = [code for code in refusals | codes | times if f"`{code}`" not in guide]
    assert missing == []
