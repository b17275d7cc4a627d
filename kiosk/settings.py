"""The one settings object: parsed once, frozen, unknown keys refused. ``--config``, then ``GISHE_*``, then defaults."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from kiosk.errors import SettingsInvalid

EngineSetting = Literal["auto", "onnx_runtime", "open_vino"]


class Settings(BaseSettings):
    """What can be set. Each field is also an environment variable: ``engine`` is ``GISHE_ENGINE``."""

    model_config = SettingsConfigDict(env_prefix="GISHE_", extra="forbid", frozen=True)

    camera: str = Field(
        default="", description="camera address, such as v4l2:/dev/video0; empty: the first camera found, else demo:"
    )
    profile: str = Field(default="demo", description="name of a shipped profile, or path of a profile file")
    data: Path = Field(
        default_factory=lambda: user_data_path("gishe", appauthor=False),
        description="folder of keys, outbox and measurements",
    )
    trust_roots: Path | None = Field(
        default=None,
        description="folder of further trust roots: whose model releases are believed beside the shipped ones",
    )
    engine: EngineSetting = Field(
        default="auto", description="inference engine; auto: measured once on this machine and kept"
    )
    threads: int = Field(default=1, ge=1, le=64, description="threads of one network")
    back_office_key: Path | None = Field(
        default=None, description="public key file that records are sealed to; none: a demonstration key"
    )
    language: Literal["", "fa", "tr", "en"] = Field(
        default="", description="language of the first screen; empty: the profile's"
    )
    microphone: str = Field(
        default="",
        description="microphone address, such as alsa:default, or none:; empty: the first one found, a film's own sound",
    )
    portrait: Path | None = Field(default=None, description="reference portrait of the next session")
    document: tuple[Path, ...] = Field(
        default=(), max_length=4, description="pictures of the next session's document, one for each side"
    )

    @property
    def models(self) -> Path:
        """The store of installed model releases."""
        return self.data / "models"

    @property
    def csca(self) -> Path:
        """The folder of authorities whose documents' chips are believed."""
        return self.data / "csca"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what was given first (command line, then file), then the environment; never a stray .env file."""
        return init_settings, env_settings


def load_settings(config: Path | None = None, **given: Any) -> Settings:
    """Parse the settings. ``given`` are options of the command line; those that are None were not given.

    Raises ``SettingsInvalid`` with one line that names the setting and the reason.
    """
    values: dict[str, Any] = {}
    if config is not None:
        try:
            values = tomllib.loads(config.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsInvalid(f"{config} cannot be read ({type(error).__name__})") from error
        except tomllib.TOMLDecodeError as error:
            raise SettingsInvalid(f"{config} is not TOML: {error}") from error
    values.update({name: value for name, value in given.items() if value is not None})
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SettingsInvalid(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
