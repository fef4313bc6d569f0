# One image for web, worker and beat; the command decides. Runs as an ordinary user.
FROM python:3.13-slim-bookworm AS built
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /app/.venv
COPY requirements/base.txt requirements/base.txt
RUN /app/.venv/bin/pip install --require-hashes -r requirements/base.txt

FROM python:3.13-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin labaudit \
 && install -d -o labaudit -g labaudit /var/lib/labaudit /var/lib/labaudit/media /var/lib/labaudit/static
WORKDIR /app
COPY --from=built /app/.venv /app/.venv
COPY . /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=labaudit.settings.prod LABAUDIT_VAR=/var/lib/labaudit
USER labaudit
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=4)"]
CMD ["gunicorn", "labaudit.wsgi", "--bind", "0.0.0.0:8000"]
