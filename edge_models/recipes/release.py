"""``release``: what passed the gate is signed and takes the place of the present release; ``sign`` and ``key``."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from edge_models.recipes.publishing import publish, shipping_files
from edge_models.recipes.signing import (
    PlaceRefused,
    make_key,
    passphrase,
    read_key,
    root_of,
    root_text,
)
from edge_models.runtime.card import read_card
from edge_models.runtime.errors import ModelError
from edge_models.runtime.registry import released_root
from edge_models.runtime.release import read_signed
from edge_models.runtime.trust import shipped_roots


def sign_main(arguments: list[str]) -> int:
    """Sign present releases as they are: once for a first signature, later with a new key."""
    parser = argparse.ArgumentParser(prog="python -m edge_models.recipes sign", description=sign_main.__doc__)
    parser.add_argument("names", nargs="+", help="models")
    parser.add_argument("--key", type=Path, required=True, help="PEM file with the private key")
    parser.add_argument("--released", type=Path, default=released_root(), help="folder of releases")
    options = parser.parse_args(arguments)
    key, roots = read_key(options.key), shipped_roots()
    for name in options.names:
        folder = options.released / name
        card = read_card(folder)
        try:
            before = read_signed(folder, roots).manifest
        except ModelError:
            before = None
        release = publish(
            {path.name: path.read_bytes() for path in shipping_files(folder)},
            folder,
            name=name,
            version=card.version,
            key=key,
            roots=roots,
            now=datetime.now(UTC),
            valid_until=before.valid_until if before else None,
            samples=before.samples if before else None,
            accepted=before.accepted_refusals if before else (),
        )
        print(f"{name} {card.version}: {len(release.files)} files signed by {release.manifest.key}")
    return 0


def key_main(arguments: list[str]) -> int:
    """Make a signing key outside the repository, and the trust root that goes into it."""
    parser = argparse.ArgumentParser(prog="python -m edge_models.recipes key", description=key_main.__doc__)
    parser.add_argument("--out", type=Path, required=True, help="private key, PEM; never inside the repository")
    parser.add_argument("--root", type=Path, required=True, help="trust root to write (TOML, public)")
    parser.add_argument("--holder", required=True, help="who keeps the private key")
    parser.add_argument("--purpose", default="model releases")
    parser.add_argument("--days", type=int, default=731, help="how long the key counts")
    parser.add_argument("--encrypt", action="store_true", help="ask for a passphrase (or take it from the environment)")
    options = parser.parse_args(arguments)
    if options.root.exists():
        raise PlaceRefused(f"{options.root} exists", hint="name another file for the trust root")
    key = make_key(options.out, passphrase() if options.encrypt else b"")
    root = root_of(key, holder=options.holder, purpose=options.purpose, begins=datetime.now(UTC), days=options.days)
    options.root.write_text(root_text(root), encoding="utf-8")
    print(f"private key {options.out}: keep it out of every repository and backup that others read")
    print(f"trust root {options.root}: {root.key}, until {root.valid_until:%Y-%m-%d}")
    return 0


if __name__ == "__main__":
    sys.exit(sign_main(sys.argv[1:]))
