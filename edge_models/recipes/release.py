"""``release``: what passed the gate is signed and takes the place of the present release; ``sign`` and ``key``."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from edge_models.recipes.evidence import FILE as SAMPLES
from edge_models.recipes.evidence import sample_counts
from edge_models.recipes.gate import add_options, examine
from edge_models.recipes.gate_findings import NEVER_ACCEPTED, Findings, Refusal
from edge_models.recipes.gate_rules import read_rules
from edge_models.recipes.publishing import publish, shipping_files
from edge_models.recipes.readme import readme_text
from edge_models.recipes.recipe import Recipe, read_recipe
from edge_models.recipes.signing import (
    PlaceRefused,
    make_key,
    passphrase,
    read_key,
    root_of,
    root_text,
)
from edge_models.runtime.card import parse_card, read_card
from edge_models.runtime.errors import GisheError, ModelError
from edge_models.runtime.manifest import AcceptedRefusal
from edge_models.runtime.registry import released_root
from edge_models.runtime.release import read_signed
from edge_models.runtime.trust import shipped_roots


class AcceptanceRefused(GisheError):
    """A refusal cannot be accepted this way."""

    code = "ACCEPT"
    exit_status = 2
    hint = "give --accept-refusal with the code of a refusal that the gate made, and a reason with --because"


class GateShut(GisheError):
    """The candidate does not pass the gate."""

    code = "GATE"
    exit_status = 5
    hint = "make a better candidate; a refusal that you answer for ships with --accept-refusal CODE --because TEXT"


def main(arguments: list[str]) -> int:
    """Run the gate, sign the candidate and put it in the place of the present release."""
    parser = argparse.ArgumentParser(prog="python -m edge_models.recipes release", description=main.__doc__)
    add_options(parser)
    parser.add_argument("--key", type=Path, required=True, help="PEM file with the private key, outside the repository")
    parser.add_argument("--roots", type=Path, help="folder of further trust roots, when the key's is not shipped")
    parser.add_argument(
        "--valid-until", type=_day, help="last day (UTC) on which the release may be used; default: no end"
    )
    parser.add_argument(
        "--accept-refusal", action="append", default=[], metavar="CODE", help="ship in spite of this one"
    )
    parser.add_argument("--because", action="append", default=[], metavar="TEXT", help="why; stands in the manifest")
    options = parser.parse_args(arguments)
    recipe = read_recipe(options.config)
    candidate, target = options.work / recipe.model / "candidate", options.released / recipe.model
    found = examine(candidate, target, recipe)
    accepted = accept(found, options.accept_refusal, options.because)
    left = [refusal for refusal in found.refusals if refusal.code not in options.accept_refusal]
    for refusal in left:
        print(refusal.line(), file=sys.stderr)
    if left:
        raise GateShut(
            f"{recipe.model} {found.version} is not released: {len(left)} {'refusal' if len(left) == 1 else 'refusals'}"
        )
    files = {path.name: path.read_bytes() for path in shipping_files(candidate)}
    if "README.md" not in files:
        files["README.md"] = _readme(files, recipe)
    release = publish(
        files,
        target,
        name=recipe.model,
        version=found.version,
        key=read_key(options.key),
        roots=shipped_roots().with_more(options.roots),
        now=datetime.now(UTC),
        valid_until=options.valid_until,
        samples=sample_counts((candidate / SAMPLES).read_bytes() if (candidate / SAMPLES).is_file() else None),
        accepted=accepted,
    )
    done = {
        "model": recipe.model,
        "version": found.version,
        "replaced": found.replaces,
        "files": sorted(release.files),
        "key": release.manifest.key,
        "manifest_sha256": release.signed.sha256,
        "accepted_refusals": [item.model_dump() for item in accepted],
    }
    if options.json:
        sys.stdout.write(json.dumps(done, ensure_ascii=False, indent=2) + "\n")
        return 0
    print(f"{recipe.model} {found.version} released in {target}; it replaces {found.replaces or 'nothing'}")
    print(f"{len(release.files)} files ({', '.join(sorted(release.files))}), signed by {release.manifest.key}")
    for item in accepted:
        print(f"accepted[{item.code}]: {item.said}; because: {item.because}")
    return 0


def accept(found: Findings, codes: list[str], reasons: list[str]) -> tuple[AcceptedRefusal, ...]:
    """Pair each accepted code with its reason (one reason may serve for all). Raises ``AcceptanceRefused``."""
    made: dict[str, list[Refusal]] = {}
    for refusal in found.refusals:
        made.setdefault(refusal.code, []).append(refusal)
    if any(not reason.strip() for reason in reasons) or (codes and len(reasons) not in (1, len(codes))):
        raise AcceptanceRefused("each accepted refusal needs a reason")
    if reasons and not codes:
        raise AcceptanceRefused("there is a reason but no refusal to accept")
    accepted: list[AcceptedRefusal] = []
    for code, reason in zip(codes, reasons * len(codes) if len(reasons) == 1 else reasons, strict=True):
        if code in NEVER_ACCEPTED:
            raise AcceptanceRefused(f"{code} is never accepted")
        if code not in made:
            raise AcceptanceRefused(f"the gate did not refuse with {code}")
        accepted += [AcceptedRefusal(code=code, said=item.said, because=reason.strip()) for item in made[code]]
    return tuple(accepted)


def _readme(files: dict[str, bytes], recipe: Recipe) -> bytes:
    card = parse_card(files["card.toml"], of="the candidate")
    return readme_text(card, tomllib.loads(files["accuracy.toml"].decode()), read_rules(recipe)).encode()


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(hour=23, minute=59, second=59, tzinfo=UTC)


def sign_main(arguments: list[str]) -> int:
    """Sign present releases as they are: once for a first signature, later with a new key."""
    parser = argparse.ArgumentParser(prog="python -m edge_models.recipes sign", description=sign_main.__doc__)
    parser.add_argument("names", nargs="+", help="models")
    parser.add_argument("--key", type=Path, required=True, help="PEM file with the private key")
    parser.add_argument("--roots", type=Path, help="folder of further trust roots, when the key's is not shipped")
    parser.add_argument("--released", type=Path, default=released_root(), help="folder of releases")
    options = parser.parse_args(arguments)
    key, roots = read_key(options.key), shipped_roots().with_more(options.roots)
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
