"""The steps of touches: welcome, consent, transaction, identity, review."""

from typing import Any

import pytest

from kiosk.flow.answers import Outcome
from kiosk.flow.effects import Decide, LookAt, QueueRecord, Watch, Wipe
from kiosk.flow.events import (
    Continued,
    Declined,
    FieldTyped,
    Help,
    HelpToggled,
    LanguageChosen,
    MoreTimeAsked,
    Tick,
    WentBack,
)
from kiosk.flow.evidence import Check
from kiosk.flow.progress import IdentityEntry
from kiosk.flow.state import Step
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile


def test_welcome_waits_for_ever_and_looks_at_nothing(script: Any) -> None:
    person = script()
    person.post(Tick(person.session.now + 1e6))
    assert person.session.step is Step.WELCOME
    assert person.effects == [LookAt(Watch.NOTHING)]


def test_language_and_help_are_chosen_at_welcome(script: Any) -> None:
    session = script().post(LanguageChosen("tr"), HelpToggled(Help.SPEECH, True)).session
    assert (session.language, session.helps) == ("tr", {Help.SPEECH})


def test_a_language_that_the_profile_does_not_offer_changes_nothing(script: Any) -> None:
    assert script(profile=Profile(name="x", languages=("tr",), default_language="tr")).session.language == "tr"
    assert script().post(LanguageChosen("xx")).session.language == "en"


def test_consent_names_the_very_text_that_was_read(script: Any) -> None:
    person = script(language="fa").to(Step.CONSENT).post(Continued())
    text = load_profile("demo").consent_text("fa")
    assert text is not None
    finding = person.session.evidence.of(Check.CONSENT)
    assert finding.passed
    assert dict(finding.detail) == {"language": "fa", "text_version": text.version, "text_sha256": text.sha256}


def test_agreeing_to_no_text_is_no_consent(script: Any) -> None:
    person = script(profile=Profile(name="bare")).to(Step.CONSENT).post(Continued())
    finding = person.session.evidence.of(Check.CONSENT)
    assert (finding.passed, finding.code) == (False, "consent_text_missing")


def test_who_declines_consent_leaves_nothing_but_the_reason(script: Any) -> None:
    person = script().to(Step.CONSENT).post(Declined())
    record = next(effect for effect in person.effects if isinstance(effect, QueueRecord))
    assert person.session.reasons == ("consent_declined",)
    assert record.evidence.findings == ()
    assert person.session.outcome is Outcome.REFER


def test_silence_is_no_consent(script: Any) -> None:
    person = script().to(Step.CONSENT).wait(200, 1.0)
    assert person.session.reasons == ("timed_out",)


def test_the_transaction_that_was_shown_is_kept(script: Any) -> None:
    person = script().to(Step.TRANSACTION).post(Continued())
    finding = person.session.evidence.of(Check.TRANSACTION)
    assert finding.passed
    assert finding.detail == (("reference", "T-1"), ("amount", "10"))


def test_more_time_lengthens_a_step_at_once_and_the_next_ones(script: Any) -> None:
    person = script().to(Step.CONSENT)
    limits = person.profile.limits
    person.post(HelpToggled(Help.MORE_TIME, True))
    assert person.session.deadline == pytest.approx(person.session.now + limits.consent * limits.more_time_factor)
    person.post(Continued())
    assert person.session.deadline == pytest.approx(person.session.now + limits.transaction * limits.more_time_factor)


def test_more_time_can_be_asked_for_often_but_not_for_ever(script: Any) -> None:
    person = script().to(Step.CONSENT)
    for _ in range(100):
        person.wait(100, 10.0).post(MoreTimeAsked())
        if person.session.step is Step.RESULT:
            break
    assert person.session.reasons == ("timed_out",)
    assert person.session.now - 100.0 > 1000


def test_a_touch_keeps_its_step_open(script: Any) -> None:
    person = script().to(Step.IDENTITY)
    limit = person.profile.limits.identity
    person.wait(limit - 2, 1.0).post(FieldTyped("national_number", "0"))
    person.wait(person.profile.limits.idle - 2, 1.0)
    assert person.session.step is Step.IDENTITY
    person.wait(3, 1.0)
    assert person.session.reasons == ("timed_out",)


def test_going_back_forgets_what_that_step_had_found(script: Any) -> None:
    person = script().to(Step.TRANSACTION).post(WentBack())
    assert person.session.step is Step.CONSENT
    assert person.session.evidence.of(Check.CONSENT) is None
    assert person.post(WentBack(), WentBack()).session.step is Step.WELCOME


def _typed(script: Any, profile: Profile, *fields: tuple[str, str]) -> Any:
    person = script(profile=profile).to(Step.IDENTITY)
    return person.post(*(FieldTyped(name, text) for name, text in fields))


def test_numbers_in_persian_digits_are_kept_in_ascii(script: Any) -> None:
    person = _typed(
        script, load_profile("bank_account"), ("national_number", "۰۰۱۲۳۴۵۶۷۹"), ("card_serial", "1a2345678b")
    )
    assert person.session.identity == IdentityEntry(
        country="IR", national_number="0012345679", card_serial="1A2345678B", complete=True
    )
    person.post(Continued())
    assert person.session.step is Step.FACE
    assert dict(person.session.evidence.of(Check.IDENTITY).detail) == {
        "country": "IR",
        "national_number": "0012345679",
        "card_serial": "1A2345678B",
    }


def test_the_digit_that_cannot_be_right_is_pointed_at(script: Any) -> None:
    entry = _typed(script, load_profile("bank_account"), ("national_number", "0012345678")).session.identity
    assert (entry.problem, entry.bad_digit, entry.complete) == ("check_digit", 9, False)


def test_the_field_that_is_typed_speaks_first(script: Any) -> None:
    fields = (("national_number", "0012345678"), ("card_serial", "?"))
    entry = _typed(script, load_profile("bank_account"), *fields).session.identity
    assert (entry.problem, entry.bad_digit) == ("wrong_character", 0)


def test_nobody_goes_on_with_an_incomplete_number(script: Any) -> None:
    person = _typed(script, load_profile("bank_account"), ("national_number", "00123")).post(Continued())
    assert person.session.step is Step.IDENTITY
    assert person.session.identity.problem == "incomplete"


def test_left_out_zeros_are_put_back_when_going_on(script: Any) -> None:
    person = _typed(script, load_profile("sim_card"), ("national_number", "12345679")).post(Continued())
    assert person.session.identity.national_number == "0012345679"
    assert person.session.step is Step.FACE


def test_another_country_clears_the_fields(script: Any) -> None:
    profile = load_profile("sim_card")
    person = _typed(
        script, profile, ("national_number", "001234"), ("country", "TR"), ("national_number", "17291716060")
    )
    assert person.session.identity == IdentityEntry(country="TR", national_number="17291716060", complete=True)
    person.post(FieldTyped("country", "passport"), FieldTyped("passport_number", "u1234567"))
    assert person.session.identity.complete
    assert person.session.identity.national_number == ""


def test_unknown_countries_and_fields_change_nothing(script: Any) -> None:
    person = script().to(Step.IDENTITY)
    before = person.session.identity
    person.post(FieldTyped("country", "XX"), FieldTyped("complete", "yes"))
    assert person.session.identity == before


def test_numbers_may_be_left_out_only_where_the_profile_says_so(script: Any) -> None:
    demo = script().to(Step.IDENTITY).post(Continued())
    assert demo.session.step is Step.FACE
    assert demo.session.evidence.of(Check.IDENTITY) is None
    assert _typed(script, load_profile("bank_account")).post(Continued()).session.step is Step.IDENTITY


def test_review_confirms_or_withdraws(script: Any) -> None:
    confirmed = script().to_review().post(Continued())
    assert confirmed.session.outcome is Outcome.APPROVE
    withdrawn = script().to_review().post(Declined())
    record = next(effect for effect in withdrawn.effects if isinstance(effect, QueueRecord))
    assert withdrawn.session.reasons == ("withdrawn",)
    assert record.evidence.findings == ()


def test_a_review_that_nobody_confirms_is_not_approved(script: Any) -> None:
    person = script().to_review().wait(130, 1.0)
    assert person.session.reasons == ("timed_out",)


def test_nobody_goes_back_from_the_review_past_liveness(script: Any) -> None:
    person = script().to_review().post(WentBack())
    assert person.session.step is Step.REVIEW


def test_declining_the_transaction_withdraws(script: Any) -> None:
    person = script().to(Step.TRANSACTION).post(Declined())
    decided = next(effect for effect in person.effects if isinstance(effect, Decide))
    assert decided.evidence.stopped == "withdrawn"
    assert person.effects[-1] == Wipe()
