"""The kiosk's typed errors, on the root that models share.

GisheError
├── ModelError, EngineUnavailable   see ``edge_models.runtime.errors``
├── SettingsInvalid     a setting or a command line cannot be used (exit 2)
├── BadInput            a file that was given cannot be used (exit 3)
│   ├── ProfileInvalid  a profile cannot be used
│   ├── NoFace          no face where one was expected
│   ├── ChipRefused     a document's chip does not open to the key that was given
│   └── ChipInvalid     a document's chip says what no travel document says
├── CameraError         the camera cannot be used (exit 4)
│   ├── CameraMissing   there is no such camera
│   ├── CameraBusy      another program holds it
│   ├── CameraLost      it was there and is gone
│   ├── CameraRefused   this kiosk may not use it
│   └── CameraUnusable  it gives no picture that can be used
├── MicrophoneError     the microphone cannot be used (exit 4)
│   ├── MicrophoneMissing   there is none
│   ├── MicrophoneBusy      another program holds it
│   ├── MicrophoneLost      it was there and is gone
│   └── MicrophoneUnusable  it gives no sound that can be used
├── ChipError           the chip of a document cannot be reached (exit 4)
│   ├── ChipReaderMissing   there is no reader, or nothing that serves it
│   ├── ChipReaderBusy      another program holds it
│   ├── ChipAbsent          no document lies on it
│   └── ChipLost            the document was taken away
├── IntegrityError      key, store or record is not what it should be (exit 5)
│   ├── KeyUnusable     a key is missing or broken
│   ├── SiteInvalid     the site calibration is broken or was changed
│   ├── StoreUnusable   the outbox cannot be read or written
│   └── RecordInvalid   a record cannot be opened or was changed
└── ScreenUnavailable   no display, or Qt cannot use it (exit 4)
"""

from __future__ import annotations

from edge_models.runtime.errors import GisheError

__all__ = [
    "BadInput",
    "CameraBusy",
    "CameraError",
    "CameraLost",
    "CameraMissing",
    "CameraRefused",
    "CameraUnusable",
    "ChipAbsent",
    "ChipError",
    "ChipInvalid",
    "ChipLost",
    "ChipReaderBusy",
    "ChipReaderMissing",
    "ChipRefused",
    "GisheError",
    "IntegrityError",
    "KeyUnusable",
    "MicrophoneBusy",
    "MicrophoneError",
    "MicrophoneLost",
    "MicrophoneMissing",
    "MicrophoneUnusable",
    "NoFace",
    "ProfileInvalid",
    "RecordInvalid",
    "ScreenUnavailable",
    "SettingsInvalid",
    "SiteInvalid",
    "StoreUnusable",
]


class SettingsInvalid(GisheError):
    """A setting cannot be used."""

    code = "SETTINGS"
    exit_status = 2
    hint = "mend the setting; 'kiosk --help' and docs/settings.md list them"


class BadInput(GisheError):
    """A file that was given cannot be used."""

    code = "INPUT"
    exit_status = 3
    hint = "check the file and its path"


class ProfileInvalid(BadInput):
    """A profile cannot be used."""

    code = "PROFILE"
    hint = "mend the profile file, or choose a shipped one"


class NoFace(BadInput):
    """No face was found where one was expected."""

    code = "NO_FACE"
    hint = "give a picture in which one face is seen from the front"


class ChipRefused(BadInput):
    """The chip does not open to this key."""

    code = "CHIP_REFUSED"
    hint = "compare number, date of birth and date of expiry, or the card's access number, with what is printed"


class ChipInvalid(BadInput):
    """The chip says what no travel document says."""

    code = "CHIP_INVALID"
    hint = "lay the document on the reader again; if it stays so, its chip is broken or not one of ICAO Doc 9303"


class CameraError(GisheError):
    """The camera cannot be used."""

    code = "CAMERA"
    exit_status = 4
    hint = "check the camera and its cable"


class CameraMissing(CameraError):
    """There is no such camera."""

    code = "CAMERA_MISSING"
    hint = "plug the camera in, or name another one with --camera"


class CameraBusy(CameraError):
    """Another program holds the camera."""

    code = "CAMERA_BUSY"
    hint = "close the other program that uses the camera"


class CameraLost(CameraError):
    """The camera was there and is gone."""

    code = "CAMERA_LOST"
    hint = "check the cable; the kiosk goes on by itself when the camera is back"


class CameraRefused(CameraError):
    """The kiosk may not use this camera: it is no camera of its own, or not the one that was calibrated."""

    code = "CAMERA_REFUSED"
    hint = "use the kiosk's own camera and run 'calibrate camera'"


class CameraUnusable(CameraError):
    """The camera gives no picture that can be used."""

    code = "CAMERA_UNUSABLE"
    hint = "try another format or camera"


class MicrophoneError(GisheError):
    """The microphone cannot be used; a session goes on without it."""

    code = "MICROPHONE"
    exit_status = 4
    hint = "check the microphone and its cable, or set 'microphone' to none:"


class MicrophoneMissing(MicrophoneError):
    """There is no such microphone."""

    code = "MICROPHONE_MISSING"


class MicrophoneBusy(MicrophoneError):
    """Another program holds the microphone."""

    code = "MICROPHONE_BUSY"
    hint = "close the other program that uses the microphone"


class MicrophoneLost(MicrophoneError):
    """The microphone was there and is gone."""

    code = "MICROPHONE_LOST"


class MicrophoneUnusable(MicrophoneError):
    """The microphone gives no sound that can be used."""

    code = "MICROPHONE_UNUSABLE"
    hint = "try another device: 'arecord -L' names them"


class ChipError(GisheError):
    """The chip of a document cannot be reached."""

    code = "CHIP"
    exit_status = 4
    hint = "check the reader and its cable"


class ChipReaderMissing(ChipError):
    """There is no reader for the chips of documents."""

    code = "CHIP_READER_MISSING"
    hint = "plug a PC/SC reader in and see that pcscd runs; documents are read without a chip until then"


class ChipReaderBusy(ChipError):
    """Another program holds the reader."""

    code = "CHIP_READER_BUSY"
    hint = "close the other program that uses the reader"


class ChipAbsent(ChipError):
    """No document with a chip lies on the reader."""

    code = "CHIP_ABSENT"
    hint = "lay the document flat on the reader, with its data page or back towards it"


class ChipLost(ChipError):
    """The document was taken away while its chip was read."""

    code = "CHIP_LOST"
    hint = "leave the document on the reader until it has been read"


class IntegrityError(GisheError):
    """Something that must be whole was changed or broken."""

    code = "INTEGRITY"
    exit_status = 5
    hint = "keep the files as they are and call the technician"


class KeyUnusable(IntegrityError):
    """A key is missing or broken."""

    code = "KEY"


class SiteInvalid(IntegrityError):
    """The site calibration is broken, was changed, or cannot be written."""

    code = "SITE"
    hint = "run 'calibrate camera' again"


class StoreUnusable(IntegrityError):
    """The outbox cannot be read or written."""

    code = "STORE"
    hint = "check that the disk has room and that the folder may be written"


class RecordInvalid(IntegrityError):
    """A record cannot be opened or was changed."""

    code = "RECORD"


class ScreenUnavailable(GisheError):
    """There is no display that Qt can use."""

    code = "SCREEN"
    exit_status = 4
    hint = "start it on a display (DISPLAY or WAYLAND_DISPLAY), under xvfb-run, or use 'kiosk verify'"
