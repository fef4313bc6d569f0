"""The three Celery tasks of the house. Whatever else runs in a worker is an errand behind `run_job`."""

from celery import shared_task  # noqa: TID251 - the one place

from core import errands, files


@shared_task(name=errands.RUN_JOB)
def run_job(job_id: int) -> None:
    errands.run(job_id)


@shared_task(name="core.sweep_jobs")
def sweep_jobs() -> None:
    errands.sweep()


@shared_task(name="core.sweep_files")
def sweep_files() -> None:
    files.sweep()
