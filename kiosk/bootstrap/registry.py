"""Where records go: signed, sealed, queued."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

from kiosk import __version__
from kiosk.bootstrap.parts import open_outbox, open_session_keys
from kiosk.keys.back_office import demonstration_key, read_public
from kiosk.record.manifest import Place, RecordFacts, build_manifest, padded
from kiosk.record.seal import seal
from kiosk.session.ports import RecordRequest
from kiosk.settings import Settings


class Registry:
    """Seals records with the device's key and queues them."""

    def __init__(self, settings: Settings) -> None:
        """Open keys and outbox, so that what is wrong with them shows before a person is asked for anything."""
        self._keys = open_session_keys(settings)
        self._outbox = open_outbox(settings)
        self._demo_key = settings.back_office_key is None
        self._recipient = read_public(settings.back_office_key or demonstration_key(settings.data / "back-office-demo"))
        self._started = time.time()

    def __call__(self, request: RecordRequest) -> str:
        """Seal and queue; give the entry's id. Raises ``StoreUnusable``, ``KeyUnusable``."""
        record = uuid.uuid4().hex
        session = request.session
        ended = time.time()
        facts = RecordFacts(
            record=record,
            session=session.id,
            source=session.source,
            camera=request.camera,
            profile=session.profile.name,
            production=session.profile.production,
            language=session.language,
            assistance=tuple(sorted(help.value for help in session.helps)),
            transaction=session.transaction.reference,
            transaction_facts=session.transaction.facts if session.evidence.findings else (),
            started=_utc(ended - (session.now - session.started)),
            ended=_utc(ended),
            retention_days=session.profile.retention.days,
            models=tuple((model.name, model.version, model.sha256, model.engine) for model in request.models),
            software=__version__,
            assurance=session.assurance,
            demo_key=self._demo_key,
        )

        def make(place: Place) -> bytes:
            manifest = build_manifest(
                facts,
                session.evidence,
                request.outcome,
                request.reasons,
                request.pictures,
                place,
                self._keys.key_id,
            )
            return seal(padded(manifest), request.pictures, self._keys, self._recipient)

        return self._outbox.put(record, make).id


def _utc(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
