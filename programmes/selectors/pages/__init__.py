"""One file a public page: querysets in, dataclasses out."""
