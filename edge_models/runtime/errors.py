"""The root of Gishe's typed errors, and those of models.

GisheError
├── ModelError              anything wrong with a model (exit 5)
│   ├── ModelMissing        the release folder or one of its files is not there
│   │   └── FileMissing     a file that the manifest lists is not there
│   ├── SignatureMissing    the release carries no manifest or no signature
│   ├── SignatureWrong      the manifest is not what was signed
│   ├── KeyUnknown          signed by a key that nobody trusts here
│   ├── KeyExpired          signed by a key whose time is over
│   ├── KeyNotYetValid      signed by a key whose time has not begun
│   ├── ManifestInvalid     signed, but not a manifest of a release
│   ├── ReleaseExpired      the release's own time is over
│   ├── ReleaseNotYetValid  signed in the future, as this clock sees it
│   ├── ModelSwapped        a genuine release of another model or version in this place
│   ├── HashMismatch        a file is not the one that the manifest (a candidate: its card) names
│   ├── FileExtra           a file that the manifest does not list
│   ├── CardInvalid         card.toml cannot be read or lacks a field
│   ├── CardDisagrees       card and manifest speak of different things
│   ├── ContractMismatch    the network's inputs or outputs are not those of the card
│   ├── ModelDrift          an engine gives other results than when the model was released
│   ├── TrustRootInvalid    a trust root cannot be read
│   ├── StoreBroken         what is written of installed releases cannot be read
│   └── NotInstalled        the wanted version is not installed, or there is nothing to go back to
├── RateUnsupported         a rate of error that the release's comparisons cannot show (exit 3)
└── EngineUnavailable       the wanted engine is not installed or refuses the model (exit 4)

``kiosk.errors`` adds the kiosk's own branches to the same root.
"""

from __future__ import annotations

from typing import ClassVar


class GisheError(Exception):
    """Something went wrong in Gishe."""

    code: ClassVar[str] = "GISHE"
    exit_status: ClassVar[int] = 70
    hint: ClassVar[str] = "report it with the log of this run"

    def __init__(self, message: str = "", *, hint: str | None = None) -> None:
        """Take what happened (for the person) and, if better than the class's own, what to do (for the technician)."""
        self.message = message or (type(self).__doc__ or "").splitlines()[0].rstrip(".")
        self.what_to_do = hint or self.hint
        super().__init__(self.message)

    def line(self) -> str:
        """Give the one line that a command prints: ``error[CODE]: what happened; what to do``."""
        return f"error[{self.code}]: {self.message}; {self.what_to_do}"


class ModelError(GisheError):
    """A model cannot be used."""

    code = "MODEL"
    exit_status = 5
    hint = "install the model release again, then run 'edge-models verify'"


class ModelMissing(ModelError):
    """A model's release folder is incomplete."""

    code = "MODEL_MISSING"


class CardInvalid(ModelError):
    """A model's card cannot be read."""

    code = "CARD_INVALID"


class HashMismatch(ModelError):
    """A model's file is not the one that its card names."""

    code = "MODEL_HASH"


class FileMissing(ModelMissing):
    """A file of a release is not there."""

    code = "MODEL_FILE_MISSING"


class FileExtra(ModelError):
    """A release folder holds a file that was not released."""

    code = "MODEL_FILE_EXTRA"
    hint = "find out who put it there, then install the model release again"


class SignatureMissing(ModelError):
    """A release is not signed."""

    code = "MODEL_UNSIGNED"
    hint = "install a signed release; nothing unsigned is ever loaded"


class SignatureWrong(ModelError):
    """A release's manifest is not what was signed."""

    code = "MODEL_SIGNATURE"
    hint = "keep the folder for inspection and install the model release again"


class KeyUnknown(ModelError):
    """A release is signed by a key that is not trusted here."""

    code = "MODEL_KEY_UNKNOWN"
    hint = "if you trust its holder, add the root of this key (setting trust_roots); otherwise remove the release"


class KeyExpired(ModelError):
    """A release is signed by a key whose time is over."""

    code = "MODEL_KEY_EXPIRED"
    hint = "check this machine's clock, then install a release that is signed with a current key"


class KeyNotYetValid(ModelError):
    """A release is signed by a key whose time has not begun."""

    code = "MODEL_KEY_NOT_YET_VALID"
    hint = "check this machine's clock"


class ManifestInvalid(ModelError):
    """A release's manifest cannot be read."""

    code = "MODEL_MANIFEST"
    hint = "install a release that was made for this version of the software"


class ReleaseExpired(ModelError):
    """A release may not be used any more."""

    code = "MODEL_EXPIRED"
    hint = "check this machine's clock, then install a newer release"


class ReleaseNotYetValid(ModelError):
    """A release was signed in the future."""

    code = "MODEL_NOT_YET_VALID"
    hint = "check this machine's clock"


class ModelSwapped(ModelError):
    """A release of another model or version lies in this one's place."""

    code = "MODEL_SWAPPED"
    hint = "keep the folder for inspection and install the right release again"


class CardDisagrees(ModelError):
    """A card does not say what the manifest says."""

    code = "MODEL_CARD_DISAGREES"


class ContractMismatch(ModelError):
    """A network's inputs or outputs are not those that its card promises."""

    code = "MODEL_CONTRACT"


class ModelDrift(ModelError):
    """An engine gives other results on this machine than when the model was released."""

    code = "MODEL_DRIFT"
    hint = "run 'calibrate bench' to choose an engine that computes right; otherwise replace this computer"


class TrustRootInvalid(ModelError):
    """A trust root cannot be used."""

    code = "TRUST_ROOT"
    hint = "mend or remove the file; docs/model-releases.md shows its form"


class StoreBroken(ModelError):
    """The store of installed models cannot be used."""

    code = "MODEL_STORE"
    hint = "choose a release again with 'edge-models use NAME VERSION'"


class NotInstalled(ModelError):
    """The wanted release is not installed."""

    code = "MODEL_NOT_INSTALLED"
    hint = "'edge-models list' shows what is; 'edge-models install FOLDER' adds a release"


class RateUnsupported(GisheError):
    """The data behind a release cannot show this rate of error."""

    code = "RATE_UNSUPPORTED"
    exit_status = 3
    hint = "ask for a larger rate"


class EngineUnavailable(GisheError):
    """The wanted inference engine is not usable here."""

    code = "ENGINE"
    exit_status = 4
    hint = "install it or set GISHE_ENGINE to the other one (onnx_runtime, open_vino)"
