"""Where settings come from, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from kiosk.errors import SettingsInvalid
from kiosk.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("GISHE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults() -> None:
    settings = load_settings()
    assert settings.profile == "demo"
    assert settings.engine == "auto"
    assert settings.threads == 1
    assert settings.camera == ""
    assert settings.data.name == "gishe"


def test_what_was_given_comes_before_file_before_environment_before_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GISHE_CAMERA", "demo:?variant=dark")
    monkeypatch.setenv("GISHE_LANGUAGE", "tr")
    monkeypatch.setenv("GISHE_THREADS", "4")
    config = file(tmp_path, 'camera = "demo:?variant=photo"\nlanguage = "en"\n')
    settings = load_settings(config, camera="demo:", language=None)
    assert settings.camera == "demo:"
    assert settings.language == "en"
    assert settings.threads == 4
    assert settings.profile == "demo"


def test_an_option_that_was_not_given_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GISHE_ENGINE", "open_vino")
    assert load_settings(engine=None).engine == "open_vino"


def test_a_stray_env_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("GISHE_THREADS=9\n", encoding="utf-8")
    assert load_settings().threads == 1


def test_paths_become_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GISHE_DATA", str(tmp_path / "data"))
    assert load_settings().data == tmp_path / "data"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('colour = "red"', "colour"),
        ("threads = 0", "threads"),
        ("threads = 65", "threads"),
        ('engine = "fast"', "engine"),
        ('language = "de"', "language"),
        ("camera = 3", "camera"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_in_one_line(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"^{named}: ") as caught:
        load_settings(file(tmp_path, text))
    assert "\n" not in caught.value.line()
    assert caught.value.exit_status == 2


def test_a_variable_that_cannot_be_used_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GISHE_THREADS", "many")
    with pytest.raises(SettingsInvalid, match=r"^threads: "):
        load_settings()


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(SettingsInvalid, match="colour"):
        load_settings(colour="red")


@pytest.mark.parametrize(("content", "said"), [(b"a = ", "not TOML"), (b"a = '\xff'", "cannot be read")])
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsInvalid, match=said):
        load_settings(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        load_settings(tmp_path / "gone.toml")


def test_settings_are_frozen() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.threads = 2
