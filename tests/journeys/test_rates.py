"""A profile's rates are looked up in the releases before a person is asked for anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from edge_models.runtime.errors import RateUnsupported
from kiosk.bootstrap.parts import make_analyst
from kiosk.profile.loading import load_profile
from kiosk.settings import Settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GISHE_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("name", ["demo", "bank_account", "sim_card"])
def test_the_releases_can_show_every_rate_that_a_shipped_profile_asks_for(tmp_path: Path, name: str) -> None:
    settings = Settings(data=tmp_path, profile=name, engine="onnx_runtime", threads=1)
    assert make_analyst(settings, load_profile(name)).models.in_use


@pytest.mark.parametrize("rate", ["match_fmr", "bpcer"])
def test_a_rate_that_no_release_can_show_keeps_the_kiosk_from_starting(tmp_path: Path, rate: str) -> None:
    profile = load_profile("demo")
    if rate == "match_fmr":
        wanted = profile.model_copy(update={"match_fmr": 1e-7})
    else:
        wanted = profile.model_copy(update={"pad": profile.pad.model_copy(update={"bpcer": 1e-5})})
    with pytest.raises(RateUnsupported, match="comparisons"):
        make_analyst(Settings(data=tmp_path, engine="onnx_runtime", threads=1), wanted)
