"""Which reviewed rows a page may show besides the published ones, and how.

What was published once stays readable, struck through. What was set aside is shown as the other source's figure.
Only rows of public records are ever looked at: their owners come from `published()`.
"""

from programmes.models import State

STRUCK = (State.SUPERSEDED, State.WITHDRAWN)
READABLE = (State.PUBLISHED, State.SET_ASIDE, *STRUCK)
