"""Two releases side by side: installed whole or not at all, switched atomically, never fallen back from in silence."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge_models.runtime.errors import HashMismatch, ModelError, ModelMissing, ModelSwapped, NotInstalled, StoreBroken
from edge_models.runtime.registry import Source
from edge_models.runtime.store import ACTIVE, LOG, Store

if TYPE_CHECKING:
    from tests.edge_models.conftest import Forge

NAME = "face_tiny"


def installed(forge: Forge, *versions: str) -> Store:
    """A store with these versions, beside a shipped 1.0.0."""
    forge.release()
    store = Store(forge.folder / "data" / "models")
    for version in versions:
        folder = forge.release(version=version, factor=float(version[0]), at=forge.folder / f"made-{version}")
        store.add(forge.open(folder, name=NAME), now=forge.now)
    return store


def use(forge: Forge, store: Store, version: str | None) -> None:
    release = forge.source(store=True)
    opened = release.open_installed(NAME, version, forge.now) if version else release.open_shipped(NAME, forge.now)
    store.use(NAME, version, now=forge.now, sha256=opened.signed.sha256)


def in_use(forge: Forge) -> str:
    return forge.source(store=True).open(NAME, forge.now).manifest.version


def test_without_a_choice_the_shipped_release_is_in_use(forge: Forge) -> None:
    store = installed(forge)
    assert (store.names(), store.versions(NAME), store.active(NAME)) == ([], [], None)
    assert in_use(forge) == "1.0.0"
    assert not store.folder.exists()


def test_installing_switches_nothing(forge: Forge) -> None:
    store = installed(forge, "3.0.0", "2.0.0", "10.0.0")
    assert store.versions(NAME) == ["2.0.0", "3.0.0", "10.0.0"]
    assert in_use(forge) == "1.0.0"
    assert [entry["by"] for entry in store.switches()] == ["install"] * 3


def test_switching_there_and_back(forge: Forge) -> None:
    store = installed(forge, "2.0.0", "3.0.0")
    use(forge, store, "2.0.0")
    use(forge, store, "3.0.0")
    assert in_use(forge) == "3.0.0"
    for before in ("2.0.0", None):
        assert store.before(NAME) == before
        store.roll_back(NAME, now=forge.now, sha256="")
    assert in_use(forge) == "1.0.0"
    with pytest.raises(NotInstalled):
        store.roll_back(NAME, now=forge.now, sha256="")
    moves = [(entry["by"], entry["from"], entry["to"]) for entry in store.switches()[2:]]
    assert moves == [
        ("use", "shipped", "2.0.0"),
        ("use", "2.0.0", "3.0.0"),
        ("rollback", "3.0.0", "2.0.0"),
        ("rollback", "2.0.0", "shipped"),
    ]
    assert all(entry["at"] == forge.now.isoformat(timespec="seconds") for entry in store.switches())


def test_switching_to_what_is_in_use_changes_nothing(forge: Forge) -> None:
    store = installed(forge, "2.0.0")
    use(forge, store, "2.0.0")
    log = (store.folder / LOG).read_bytes()
    use(forge, store, "2.0.0")
    assert (store.folder / LOG).read_bytes() == log
    assert store.before(NAME) is None


def test_the_same_release_installs_twice_and_another_of_its_version_does_not(forge: Forge) -> None:
    store = installed(forge, "2.0.0")
    again = forge.open(forge.folder / "made-2.0.0", name=NAME)
    assert store.add(again, now=forge.now) == store.folder_of(NAME, "2.0.0")
    other = forge.release(version="2.0.0", factor=9.0, at=forge.folder / "other")
    with pytest.raises(StoreBroken, match=r"another release of face_tiny 2\.0\.0 is installed"):
        store.add(forge.open(other, name=NAME), now=forge.now)


def test_what_is_installed_is_what_was_verified_even_if_the_source_changes(forge: Forge) -> None:
    folder = forge.release(version="2.0.0", at=forge.folder / "made")
    release = forge.open(folder, name=NAME)
    (folder / "model.onnx").write_bytes(b"changed after it was checked")
    store = Store(forge.folder / "data" / "models")
    store.add(release, now=forge.now)
    assert forge.source(store=True).open_installed(NAME, "2.0.0", forge.now).network == release.network


def test_a_disk_that_refuses_leaves_nothing_behind(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    store = installed(forge, "2.0.0")
    release = forge.open(forge.release(version="3.0.0", at=forge.folder / "made"), name=NAME)

    def refuses(self: Path, target: Path) -> Path:
        raise OSError(28, "no space left")

    monkeypatch.setattr(Path, "rename", refuses)
    with pytest.raises(StoreBroken, match="cannot be written"):
        store.add(release, now=forge.now)
    monkeypatch.undo()
    assert store.versions(NAME) == ["2.0.0"]
    assert sorted(path.name for path in (store.folder / NAME).iterdir()) == ["2.0.0", ACTIVE]


def test_power_may_fail_at_any_step_of_a_switch(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever step is the last one, afterwards one of the two releases is in use, whole."""
    store = installed(forge, "2.0.0")
    digest = forge.source(store=True).open_installed(NAME, "2.0.0", forge.now).signed.sha256
    for step in ("edge_models.runtime.store._write_through", "pathlib.Path.replace", "edge_models.runtime.store._sync"):

        def fails(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(step, fails)
            with pytest.raises(KeyboardInterrupt):
                store.use(NAME, "2.0.0", now=forge.now, sha256=digest)
        assert in_use(forge) in ("1.0.0", "2.0.0")
    assert in_use(forge) == "2.0.0"


def _tamper(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"x" * (folder / "model.onnx").stat().st_size)


@pytest.mark.parametrize(
    ("breaks", "error"),
    [
        (lambda store: (store.folder / NAME / ACTIVE).write_text("{"), StoreBroken),
        (lambda store: (store.folder / NAME / ACTIVE).write_text('{"version": "../../etc"}'), StoreBroken),
        (lambda store: (store.folder / NAME / ACTIVE).unlink(), StoreBroken),
        (lambda store: (store.folder / NAME / "2.0.0").rename(store.folder / NAME / "4.0.0"), NotInstalled),
        (lambda store: _tamper(store.folder / NAME / "2.0.0"), HashMismatch),
    ],
    ids=["no json", "no version", "no choice", "folder gone", "network changed"],
)
def test_a_broken_store_is_an_error_and_not_another_release(
    forge: Forge, breaks: Callable[[Store], object], error: type[ModelError]
) -> None:
    store = installed(forge, "2.0.0")
    use(forge, store, "2.0.0")
    breaks(store)
    with pytest.raises(error) as caught:
        forge.source(store=True).open(NAME, forge.now)
    assert caught.value.exit_status == 5
    use(forge, store, None)
    assert in_use(forge) == "1.0.0"


def test_another_version_under_this_ones_name_is_swapped(forge: Forge) -> None:
    store = installed(forge, "2.0.0", "3.0.0")
    use(forge, store, "3.0.0")
    folder = store.folder / NAME
    (folder / "3.0.0").rename(folder / "kept")
    (folder / "2.0.0").rename(folder / "3.0.0")
    with pytest.raises(ModelSwapped):
        in_use(forge)


def test_removing(forge: Forge) -> None:
    store = installed(forge, "2.0.0", "3.0.0")
    use(forge, store, "2.0.0")
    use(forge, store, "3.0.0")
    with pytest.raises(StoreBroken, match="is in use"):
        store.remove(NAME, "3.0.0", now=forge.now)
    store.remove(NAME, "2.0.0", now=forge.now)
    assert store.versions(NAME) == ["3.0.0"]
    assert store.before(NAME) is None
    for version in ("2.0.0", "..", "../face_tiny/3.0.0"):
        with pytest.raises(NotInstalled):
            store.remove(NAME, version, now=forge.now)


@pytest.mark.parametrize("name", ["..", "Face", "a/b", ""])
def test_a_name_is_never_a_path(forge: Forge, name: str) -> None:
    store = installed(forge)
    with pytest.raises(NotInstalled):
        store.active(name)


def test_a_broken_log_is_said(forge: Forge) -> None:
    store = installed(forge, "2.0.0")
    with (store.folder / LOG).open("a") as file:
        file.write("half a li")
    with pytest.raises(StoreBroken, match=LOG):
        store.switches()


def test_many_at_once_leave_one_choice_and_a_whole_log(forge: Forge) -> None:
    store = installed(forge, "2.0.0", "3.0.0")
    threads = [
        threading.Thread(target=store.use, args=(NAME, version), kwargs={"now": forge.now, "sha256": ""})
        for version in ["2.0.0", "3.0.0"] * 8
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moves = [entry for entry in store.switches() if entry["by"] == "use"]
    assert moves[-1]["to"] == store.active(NAME)
    assert all(one["to"] == other["from"] for one, other in itertools.pairwise(moves))


def test_a_model_that_does_not_ship_can_be_installed(forge: Forge) -> None:
    store = Store(forge.folder / "data" / "models")
    store.add(forge.open(forge.release("face_new", "2.0.0", at=forge.folder / "made"), name="face_new"), now=forge.now)
    source: Source = forge.source(store=True)
    assert source.names() == []
    with pytest.raises(ModelMissing):
        source.open("face_new", forge.now)
    store.use("face_new", "2.0.0", now=forge.now, sha256="")
    assert source.names() == ["face_new"]
    assert source.open("face_new", forge.now).manifest.version == "2.0.0"
