"""The tracker as it is served, for the tests of faults: no static files need to be collected, mail goes to a folder."""

import os

from tracker.settings import *  # noqa: F403
from tracker.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = os.environ["FAULTS_MAIL"]
