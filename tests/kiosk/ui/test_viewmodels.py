"""View models: states give words and flags, taps give events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject

from kiosk.document.facts import DocumentReading, Field, Source
from kiosk.flow.answers import Decided, Outcome, RecordFailed, RecordQueued
from kiosk.flow.events import (
    AnswerNotKnown,
    AnswerTouched,
    ClerkAsked,
    Continued,
    Declined,
    Event,
    FieldTyped,
    Help,
    HelpToggled,
    LanguageChosen,
    MoreTimeAsked,
    ShutterPressed,
    TiltDeclined,
    WentBack,
)
from kiosk.flow.evidence import Evidence
from kiosk.flow.machine import advance
from kiosk.flow.progress import IdentityEntry
from kiosk.flow.questions import Question
from kiosk.flow.state import Gesture, Session, Step
from kiosk.flow.steps import awareness
from kiosk.identity.digits import Script, render
from kiosk.ui.app import MODELS
from kiosk.ui.catalogue import LANGUAGES, Catalogue
from kiosk.ui.port import Meters
from kiosk.ui.shots import states
from kiosk.ui.viewmodels.awareness import AwarenessModel
from kiosk.ui.viewmodels.consent import ConsentModel
from kiosk.ui.viewmodels.document import DocumentModel
from kiosk.ui.viewmodels.identity import IdentityModel
from kiosk.ui.viewmodels.liveness import LivenessModel, asked
from kiosk.ui.viewmodels.model import StepModel
from kiosk.ui.viewmodels.result import ResultModel
from kiosk.ui.viewmodels.review import ReviewModel
from kiosk.ui.viewmodels.shell import ShellModel
from kiosk.ui.viewmodels.welcome import WelcomeModel

pytestmark = pytest.mark.usefixtures("qapp")


class Following:
    """Taps go through the machine, so that a model sees what comes of them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.events: list[Event] = []
        self.model: StepModel | None = None

    def tap(self, event: Event) -> None:
        self.events.append(event)
        self.session = advance(self.session, event).session
        if self.model is not None:
            self.model.show(self.session, Catalogue(self.session.language))


def shell(session: Session, tap: Callable[[Event], None]) -> ShellModel:
    return ShellModel(session, Catalogue(session.language), tap, None, Meters, "")


@pytest.mark.parametrize("name", [name for name in MODELS if name not in ("Document", "Face", "Liveness", "Light")])
def test_going_on_posts_continued(name: str) -> None:
    taps: list[Event] = []
    session = states("en")["welcome"]
    MODELS[name](session, Catalogue("en"), taps.append).go_on()  # type: ignore[attr-defined]
    assert taps == [Continued()]


def test_the_shell_s_touches_post_their_events() -> None:
    taps: list[Event] = []
    model = shell(states("en")["consent"], taps.append)
    model.back()
    model.decline()
    model.clerk()
    model.more_time()
    model.choose_language("tr")
    model.toggle_help("large_type", True)
    assert taps == [
        WentBack(),
        Declined(),
        ClerkAsked(),
        MoreTimeAsked(),
        LanguageChosen("tr"),
        HelpToggled(Help.LARGE_TYPE, True),
    ]


def test_consent_offers_three_answers_and_the_profile_s_text() -> None:
    taps: list[Event] = []
    session = states("tr")["consent"]
    model = ConsentModel(session, Catalogue("tr"), taps.append)
    model.go_on()
    model.decline()
    model.clerk()
    assert taps == [Continued(), Declined(), ClerkAsked()]
    text = session.profile.consent_text("tr")
    assert text is not None
    assert (model.property("title"), tuple(model.property("paragraphs"))) == (text.title, text.paragraphs)


def test_welcome_lists_the_profile_s_languages_by_their_own_names() -> None:
    taps: list[Event] = []
    model = WelcomeModel(states("en")["welcome"], Catalogue("en"), taps.append)
    assert [(row["code"], row["name"]) for row in model.property("languages")] == [
        ("fa", "فارسی"),
        ("tr", "Türkçe"),
        ("en", "English"),
    ]
    model.choose("fa")
    assert taps == [LanguageChosen("fa")]


@pytest.mark.parametrize("script", list(Script))
def test_numbers_are_typed_in_any_script(script: Script) -> None:
    session = replace(states("fa")["identity"], identity=IdentityEntry("IR"))
    follow = Following(session)
    model = follow.model = IdentityModel(session, Catalogue("fa"), follow.tap)
    for key in render("0499370899", script):
        model.press(key)
    assert follow.session.identity.national_number == "0499370899"
    assert follow.session.identity.complete
    assert model.property("complete")
    model.erase()
    assert follow.session.identity.national_number == "049937089"
    model.clear()
    assert follow.session.identity.national_number == ""


def test_keys_are_drawn_in_the_language_s_digits() -> None:
    keys = {
        language: "".join(IdentityModel(states(language)["identity"], Catalogue(language), print).property("keys"))
        for language in LANGUAGES
    }
    assert keys == {"fa": "۱۲۳۴۵۶۷۸۹۰", "tr": "1234567890", "en": "1234567890"}


def test_a_digit_that_cannot_be_right_is_pointed_at_in_words_and_place() -> None:
    model = IdentityModel(states("en")["identity"], Catalogue("en"), print)
    assert model.property("badDigit") == 9
    assert model.property("problem") == Catalogue("en")("identity.check_digit")
    assert not model.property("complete")


def marked(model: IdentityModel) -> dict[str, list[int]]:
    return {row["name"]: row["marked"] for row in model.property("fields")}


def test_digits_that_most_likely_are_wrong_are_marked_and_words_say_so() -> None:
    session = replace(states("en")["identity"], identity=IdentityEntry("TR"))
    follow = Following(session)
    model = follow.model = IdentityModel(session, Catalogue("en"), follow.tap)
    for key in "17297116060":  # 17 was swapped
        model.press(key)
    assert follow.session.identity.doubtful == (4, 5)
    assert marked(model)["national_number"] == [4, 5]
    assert marked(model)["card_serial"] == []
    assert model.property("problem") == Catalogue("en")("identity.check_digit_marked")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_document_contradicts_is_marked_until_it_is_typed_again(language: str) -> None:
    session = states(language)["identity_contradicted"]
    follow = Following(session)
    model = follow.model = IdentityModel(session, Catalogue(language), follow.tap)
    assert marked(model)["national_number"] == [6, 7]
    assert model.property("problem") == Catalogue(language)("identity.contradicted")
    model.erase()
    assert follow.session.identity.contradicted == ()
    assert marked(model)["national_number"] == []
    assert model.property("problem") == ""


def test_another_country_asks_for_its_own_fields() -> None:
    session = replace(states("en")["identity"], identity=IdentityEntry("IR"))
    follow = Following(session)
    model = follow.model = IdentityModel(session, Catalogue("en"), follow.tap)
    model.choose_country("passport")
    assert follow.events == [FieldTyped("country", "passport")]
    assert [row["name"] for row in model.property("fields")] == ["passport_number"]
    assert model.property("letters")


def test_the_gesture_is_told_in_words_while_it_is_asked() -> None:
    for gesture in Gesture:
        session = replace(states("tr")["liveness_left"], challenge=(gesture,))
        model = LivenessModel(session, Catalogue("tr"), print)
        assert asked(session) is gesture
        assert (model.property("gesture"), model.property("guidance")) == (
            gesture.value,
            Catalogue("tr")(f"gesture.{gesture}"),
        )


def test_the_window_runs_down() -> None:
    session = states("en")["liveness"]
    assert LivenessModel(replace(session, now=2.0), Catalogue("en"), print).property("window") == pytest.approx(0.75)
    assert LivenessModel(replace(session, now=99.0), Catalogue("en"), print).property("window") == 0.0


def test_little_time_is_told_with_the_seconds() -> None:
    session = states("fa")["consent"]
    assert not shell(replace(session, deadline=session.now + 60), print).property("hurry")
    model = shell(replace(session, deadline=session.now + 9), print)
    assert model.property("hurry")
    assert "۹" in model.property("hurryText")


def test_camera_trouble_is_told_only_where_the_camera_is_needed() -> None:
    lost = states("en")["camera_lost"]
    assert shell(lost, print).property("cameraProblem") == Catalogue("en")("camera.lost")
    assert shell(replace(lost, step=Step.CONSENT), print).property("cameraProblem") == ""


def test_review_shows_the_numbers_in_the_language_s_digits() -> None:
    rows = ReviewModel(states("fa")["review"], Catalogue("fa"), print).property("rows")
    assert "۰۴۹۹۳۷۰۸۹۹" in [row["value"] for row in rows]


def test_serials_and_passports_keep_the_letters_and_digits_they_are_printed_with() -> None:
    session = replace(states("fa")["identity"], identity=IdentityEntry("passport", passport_number="A12"))
    assert IdentityModel(session, Catalogue("fa"), print).property("fields")[0]["text"] == "A12"
    assert "A12" in [row["value"] for row in ReviewModel(session, Catalogue("fa"), print).property("rows")]


def test_nothing_of_the_outcome_is_shown_before_the_record_is_queued() -> None:
    session = replace(states("en")["approved"], closing="queueing")
    model = ResultModel(session, Catalogue("en"), print)
    assert (
        model.property("ready"),
        model.property("outcome"),
        model.property("receipt"),
        list(model.property("qr")),
    ) == (False, "", "", [])


@pytest.mark.parametrize("name", ["referred", "rejected"])
def test_reasons_are_told_in_words_each_once(name: str) -> None:
    session = states("en")[name]
    session = replace(session, reasons=session.reasons * 2)
    told = list(ResultModel(session, Catalogue("en"), print).property("reasons"))
    assert told == [Catalogue("en")(f"reason.{code}") for code in dict.fromkeys(session.reasons)]


def test_the_receipt_names_the_entry() -> None:
    session = states("en")["approved"]
    model = ResultModel(session, Catalogue("en"), print)
    assert session.outcome is Outcome.APPROVE
    assert model.property("receipt") == session.entry[:8].upper()
    assert len(model.property("qr")) == len(model.property("qr")[0]) >= 21


def test_who_stopped_is_not_told_that_a_clerk_will_finish() -> None:
    session = replace(states("en")["referred"], reasons=("withdrawn",), evidence=Evidence(stopped="withdrawn"))
    assert ResultModel(session, Catalogue("en"), print).property("title") == Catalogue("en")("outcome.left.title")


@pytest.mark.parametrize("name", MODELS)
def test_every_property_tells_qml_when_it_changes(name: str) -> None:
    # PySide 6.12 silently loses a notify signal that belongs to a base class: the screen would stand still.
    meta = MODELS[name](states("en")["welcome"], Catalogue("en"), print).metaObject()
    deaf = [
        meta.property(index).name()
        for index in range(1, meta.propertyCount())
        if not (meta.property(index).hasNotifySignal() or meta.property(index).isConstant())
    ]
    assert deaf == []


# Awareness


def at_the_question(language: str, fact: str = "transaction.amount") -> Session:
    """A session whose question is about this fact of the demonstration."""
    session = states(language)["awareness"]
    for seed in range(100):
        entered = awareness.enter(replace(session, seed=seed)).session
        if entered.awareness.question is not None and entered.awareness.question.fact == fact:
            return entered
    raise AssertionError("a seed of a hundred asks about every fact")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_names_the_fact_and_answers_are_in_the_person_s_words_and_digits(language: str) -> None:
    words = Catalogue(language)
    model = AwarenessModel(at_the_question(language), words, print)
    assert words("transaction.amount") in model.property("title")
    answers = [row["text"] for row in model.property("answers")]
    assert words.digits("24,500,000") in answers
    assert len(set(answers)) == 4
    kinds = AwarenessModel(at_the_question(language, "transaction.kind"), words, print).property("answers")
    assert words("transaction.kind.demo") in [row["text"] for row in kinds]
    assert not any("transaction." in row["text"] for row in kinds)


def test_an_answer_is_shown_as_touched_and_can_then_be_confirmed() -> None:
    follow = Following(at_the_question("en"))
    model = follow.model = AwarenessModel(follow.session, Catalogue("en"), follow.tap)
    assert not model.property("ready")
    model.touch(2)
    assert [row["chosen"] for row in model.property("answers")] == [False, False, True, False]
    assert model.property("ready")
    model.go_on()
    assert follow.events == [AnswerTouched(1, 2), Continued()]


def test_a_second_question_is_announced_without_blame() -> None:
    session = at_the_question("en")
    again = replace(session, awareness=replace(session.awareness, number=2))
    assert AwarenessModel(again, Catalogue("en"), print).property("text") == Catalogue("en")("step.awareness.again")


def test_who_is_not_sure_is_told_that_nothing_goes_ahead() -> None:
    follow = Following(at_the_question("tr"))
    model = follow.model = AwarenessModel(follow.session, Catalogue("tr"), follow.tap)
    model.not_known()
    assert follow.events == [AnswerNotKnown()]
    shown = replace(states("tr")["referred"], reasons=("awareness_not_known",))
    assert ResultModel(shown, Catalogue("tr"), print).property("title") == Catalogue("tr")("outcome.unsure.title")


def test_texts_of_the_organisation_s_own_are_in_the_language_that_is_chosen() -> None:
    session = at_the_question("tr")
    own = Question("Ücret", ((("en", "ten"), ("tr", "on")), (("", "24 TL"),)), 0)
    session = replace(session, awareness=replace(session.awareness, question=own))
    answers = AwarenessModel(session, Catalogue("tr"), print).property("answers")
    assert [row["text"] for row in answers] == ["on", "24 TL"]


def everything_shown(session: Session) -> dict[str, object]:
    """Every property of every view model, and of the shell with the technician's overlay open."""
    words = Catalogue(session.language)
    whole = shell(session, print)
    whole.toggle_technician()
    models: dict[str, StepModel] = {"Shell": whole} | {name: one(session, words, print) for name, one in MODELS.items()}
    shown: dict[str, object] = {}
    for name, model in models.items():
        meta = model.metaObject()
        for index in range(meta.propertyCount()):
            key = str(meta.property(index).name())
            if key != "objectName" and not isinstance(model.property(key), QObject):
                shown[f"{name}.{key}"] = model.property(key)
    return shown


@pytest.mark.parametrize("reasons", [(), ("alone_failed",), ("record_failed", "attention_failed")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_silent_sign_is_in_no_property_of_any_view_model(language: str, reasons: tuple[str, ...]) -> None:
    session = at_the_question(language)
    question = session.awareness.question
    assert question is not None
    assert question.duress is not None
    outcome = Outcome.REFER if reasons else Outcome.APPROVE
    seen = []
    for place in (question.right, question.duress):
        signed = place == question.duress
        after = advance(advance(session, AnswerTouched(1, place)).session, Continued()).session
        said = ("duress", *reasons) if signed else reasons
        deciding = advance(after, Continued()).session
        closed = advance(deciding, Decided(Outcome.REFER if signed else outcome, said, "low", outcome)).session
        states_of = (after, deciding, closed, advance(closed, RecordQueued("9f1c4be0a7d2")).session)
        if "record_failed" in reasons:
            states_of = (after, deciding, closed, advance(closed, RecordFailed("x")).session)
        assert after.step is Step.REVIEW
        assert states_of[-1].closing == "shown"
        seen.append([everything_shown(one) for one in states_of])
    assert seen[0] == seen[1]
    assert seen[0][-1]["Result.outcome"] == outcome.value


def test_a_number_that_the_document_contradicts_shows_both_with_the_places() -> None:
    taps: list[Event] = []
    model = DocumentModel(states("fa")["document_differs"], Catalogue("fa"), taps.append)
    (row,) = model.property("rows")
    assert row["typed"] == render("0499378099", Script.PERSIAN)
    assert row["read"] == render("0499370899", Script.PERSIAN)
    assert row["marked"] == [6, 7]
    model.correct()
    model.go_on()
    assert taps == [WentBack(), Continued()]


def test_the_outline_of_a_card_is_mirrored_as_the_preview_is() -> None:
    model = DocumentModel(states("en")["document_held"], Catalogue("en"), lambda _event: None)
    first = model.property("outline")[0]
    assert (first.x(), first.y()) == pytest.approx((0.73, 0.3))
    assert not model.byHand


def test_a_picture_can_be_taken_by_hand_and_a_tilt_left_out() -> None:
    taps: list[Event] = []
    model = DocumentModel(states("en")["document_by_hand"], Catalogue("en"), taps.append)
    assert model.byHand
    model.take()
    model.leave_tilt()
    assert taps == [ShutterPressed(), TiltDeclined()]


def test_review_shows_what_was_read_of_the_document() -> None:
    state = states("en")["document_differs"]
    reading = DocumentReading("TD3", fields=(Field("surname", "ERIKSSON", Source.MRZ, 0.9),))
    state = replace(state, step=Step.REVIEW, document=replace(state.document, reading=reading))
    model = ReviewModel(state, Catalogue("en"), lambda _event: None)
    rows = {row["label"]: row["value"] for row in model.property("rows")}
    assert rows["Document"] == "Passport"
    assert rows["Surname"] == "ERIKSSON"
