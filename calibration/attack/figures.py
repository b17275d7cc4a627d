"""From results to the figures that ISO/IEC 30107-3 asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calibration.attack.judged import PAD_CHECKS, Judged
from calibration.attack.presentation import Way
from calibration.attack.species import Species, species_of
from calibration.rates import Rate, Sum, rate, sum_of


@dataclass(frozen=True)
class SpeciesFigures:
    """What one species of attack achieved."""

    species: Species
    presentations: int
    apnrr: Rate
    """attack presentation non-response rate: the PAD subsystem gave no answer"""
    apcer: Rate
    """of those with an answer: taken for bona fide by the PAD subsystem"""
    iapar: Rate
    """of those that went through a whole session: approved"""
    riapar: Sum
    """IAPAR + FRR"""
    caught_by: dict[str, int]
    """PAD check: attacks that it refused, alone or with others"""
    only_by: dict[str, int]
    """PAD check: attacks that it alone refused"""


@dataclass(frozen=True)
class Figures:
    """All of them."""

    species: list[SpeciesFigures]
    bpnrr: Rate
    bpcer: Rate
    """of bona fide with an answer: taken for an attack by the PAD subsystem"""
    frr: Rate
    """of bona fide that show what is asked: not approved by the whole session"""
    errors: int
    """presentations that could not be made"""

    @property
    def worst(self) -> SpeciesFigures | None:
        """Give the species with the highest APCER: it is the one that counts."""
        answered = [one for one in self.species if one.apcer.of]
        return max(answered, key=lambda one: (one.apcer.value or 0.0, one.apcer.errors), default=None)

    @property
    def worst_whole(self) -> SpeciesFigures | None:
        """Give the species that the whole session approved most often."""
        whole = [one for one in self.species if one.iapar.of]
        return max(whole, key=lambda one: (one.iapar.value or 0.0, one.iapar.errors), default=None)


def figures_of(results: Sequence[Judged]) -> Figures:
    """Count. What could not be presented counts in nothing but ``errors``."""
    usable = [one for one in results if not one.error]
    bona_fide = [one for one in usable if one.bona_fide]
    answered = [one for one in bona_fide if one.responded]
    asked = [one for one in bona_fide if one.way == Way.SESSION and one.must_pass]
    refused = sum(not one.approved for one in asked)
    names = sorted({one.species for one in usable if not one.bona_fide})
    given = [_species(name, [one for one in usable if one.species == name], (refused, len(asked))) for name in names]
    return Figures(
        species=given,
        bpnrr=rate(len(bona_fide) - len(answered), len(bona_fide)),
        bpcer=rate(sum(one.taken_for_attack for one in answered), len(answered)),
        frr=rate(refused, len(asked)),
        errors=len(results) - len(usable),
    )


def _species(name: str, attacks: list[Judged], frr: tuple[int, int]) -> SpeciesFigures:
    answered = [one for one in attacks if one.responded]
    whole = [one for one in attacks if one.way == Way.SESSION]
    approved = sum(one.approved for one in whole)
    caught = {check: sum(check in one.refused_by for one in attacks) for check in sorted(PAD_CHECKS)}
    alone = {check: sum(one.refused_by == (check,) for one in attacks) for check in sorted(PAD_CHECKS)}
    return SpeciesFigures(
        species=species_of(name),
        presentations=len(attacks),
        apnrr=rate(len(attacks) - len(answered), len(attacks)),
        apcer=rate(sum(not one.taken_for_attack for one in answered), len(answered)),
        iapar=rate(approved, len(whole)),
        riapar=sum_of((approved, len(whole)), frr),
        caught_by={check: count for check, count in caught.items() if count},
        only_by={check: count for check, count in alone.items() if count},
    )


def scores_by_check(results: Sequence[Judged]) -> dict[str, tuple[list[float], list[float]]]:
    """Give, for each PAD check that has scores, those of bona fide and those of attack presentations.

    Injections are left out: a perfect copy of a bona fide film has its scores, and the check is not meant to see it.
    """
    given = {}
    for check in sorted(PAD_CHECKS):
        sides: tuple[list[float], list[float]] = ([], [])
        for one in results:
            score = one.score_of(check)
            if score is not None and not one.error and not species_of(one.species).injection:
                sides[0 if one.bona_fide else 1].append(score)
        if sides[0] and sides[1]:
            given[check] = sides
    return given


def refusals_of_bona_fide(results: Sequence[Judged]) -> list[Judged]:
    """Give bona fide presentations that a session did not approve, or that PAD alone refused."""
    return [
        one
        for one in results
        if one.bona_fide and not one.error and (one.taken_for_attack or (one.must_pass and not one.approved))
    ]
