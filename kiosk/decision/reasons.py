"""Every reason that a verdict can give, each once. The i18n key is ``reason.<value>``."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a session was not approved, or what its approval waits for."""

    # how it ended before its end
    CLERK_ASKED = "clerk_asked"
    CONSENT_DECLINED = "consent_declined"
    WITHDRAWN = "withdrawn"
    TIMED_OUT = "timed_out"
    CAMERA_LOST = "camera_lost"
    CAMERA_ENDED = "camera_ended"
    WORKER_FAILED = "worker_failed"
    STOPPED = "stopped"
    """an early end for a reason that this list does not know"""

    # what is missing
    CONSENT_MISSING = "consent_missing"
    TRANSACTION_MISSING = "transaction_missing"
    IDENTITY_MISSING = "identity_missing"
    REFERENCE_MISSING = "reference_missing"
    FACE_QUALITY_MISSING = "face_quality_missing"
    LIVENESS_MISSING = "liveness_missing"
    CONTINUITY_MISSING = "continuity_missing"
    PAD_MISSING = "pad_missing"
    MATCH_MISSING = "match_missing"
    REVIEW_MISSING = "review_missing"
    CAMERA_MISSING = "camera_missing"

    # what did not pass
    CONSENT_FAILED = "consent_failed"
    CONSENT_TEXT_MISSING = "consent_text_missing"
    TRANSACTION_FAILED = "transaction_failed"
    IDENTITY_FAILED = "identity_failed"
    REFERENCE_FAILED = "reference_failed"
    REFERENCE_ORIGIN = "reference_origin"
    """the reference comes from where the profile does not trust it"""
    REFERENCE_NO_FACE = "reference_no_face"
    REFERENCE_TOO_SMALL = "reference_too_small"
    REFERENCE_UNREADABLE = "reference_unreadable"
    FACE_QUALITY_FAILED = "face_quality_failed"
    QUALITY_NO_FACE = "quality_no_face"
    QUALITY_COME_CLOSER = "quality_come_closer"
    QUALITY_MOVE_BACK = "quality_move_back"
    QUALITY_MOVE_TO_MIDDLE = "quality_move_to_middle"
    QUALITY_LOOK_STRAIGHT = "quality_look_straight"
    QUALITY_OPEN_EYES = "quality_open_eyes"
    QUALITY_TOO_DARK = "quality_too_dark"
    QUALITY_TOO_BRIGHT = "quality_too_bright"
    QUALITY_LIGHT_UNEVEN = "quality_light_uneven"
    QUALITY_LIGHT_BEHIND = "quality_light_behind"
    QUALITY_HOLD_STILL = "quality_hold_still"
    QUALITY_MORE_THAN_ONE = "quality_more_than_one"
    QUALITY_UNCOVER_FACE = "quality_uncover_face"
    LIVENESS_FAILED = "liveness_failed"
    LIVENESS_WRONG_GESTURE = "liveness_wrong_gesture"
    LIVENESS_TIMED_OUT = "liveness_timed_out"
    LIVENESS_GIVEN_UP = "liveness_given_up"
    CONTINUITY_FAILED = "continuity_failed"
    CONTINUITY_UNPROVEN = "continuity_unproven"
    FACE_LOST = "face_lost"
    SECOND_FACE = "second_face"
    FACE_CHANGED = "face_changed"
    PAD_FAILED = "pad_failed"
    PAD_TOO_FEW_FRAMES = "pad_too_few_frames"
    PAD_UNAVAILABLE = "pad_unavailable"
    MATCH_FAILED = "match_failed"
    MATCH_UNAVAILABLE = "match_unavailable"
    REVIEW_FAILED = "review_failed"
    CAMERA_FAILED = "camera_failed"
    SOURCE_NOT_DEVICE = "source_not_device"
    """a demo or replay camera under a production profile"""

    # what cannot be relied on
    EVIDENCE_BROKEN = "evidence_broken"
    """a finding says it passed, but its figures do not"""
    DECISION_MISSING = "decision_missing"
    RECORD_FAILED = "record_failed"

    # what an approval waits for
    MATCH_DEFERRED = "match_deferred"
    """the registry compares the probe when the record is there"""
