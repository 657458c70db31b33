"""The application that gunicorn serves."""

import gc

from django.core.wsgi import get_wsgi_application

from programmes.public.links import patterns
from tracker.start import start

start()
application = get_wsgi_application()
patterns()
# What is loaded by now stays. A page makes thousands of small objects, most of which are gone with it: looking through
# all there is for what could be freed took a tenth of a page's time.
gc.freeze()
gc.set_threshold(20_000)
