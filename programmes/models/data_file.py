"""A file that a worker makes, and where it lies."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models


class DataFile(models.Model):
    """A file for readers or for one member of staff: what it is made of, and the last whole one of it.

    name: what tells it apart. question: what its maker needs to know. made_from: the state of the data in it.
    stored: its name in the storage, empty until there is one; `before` is what it took the place of, which goes with
    the next one, so that nobody who is taking it is cut off. refused: why it could not be made.
    """

    name = models.CharField(max_length=200, unique=True)
    question = models.JSONField(default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    made_from = models.CharField(max_length=64, blank=True)
    stored = models.CharField(max_length=200, blank=True)
    before = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    refused = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def storage(self) -> Storage:
        """Where it lies: what is for one person alone lies apart from what is for all."""
        return storages["public_files" if self.owner_id is None else "default"]
