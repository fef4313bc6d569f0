import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labaudit.settings.prod")
application = get_wsgi_application()
# All pages are imported before gunicorn forks: a new worker's first answer is then as quick as any.
import_module(settings.ROOT_URLCONF)
