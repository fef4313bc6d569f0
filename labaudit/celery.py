"""The Celery application. Workers stamp a heartbeat in the database, which /readyz reads."""

import os

from celery import Celery
from celery.signals import heartbeat_sent, worker_process_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labaudit.settings.prod")
app = Celery("labaudit")
app.set_default()  # in every thread, not only in the one that imported it
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def stamp_on_start(**kwargs: object) -> None:
    from core.errands import stamp_heartbeat

    stamp_heartbeat(force=True)


@heartbeat_sent.connect
def stamp_on_heartbeat(**kwargs: object) -> None:
    from core.errands import stamp_heartbeat

    stamp_heartbeat()


@worker_process_init.connect
def limit_child(**kwargs: object) -> None:
    from core.errands import limit_memory

    limit_memory()
