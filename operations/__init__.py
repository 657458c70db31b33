"""What keeps the tracker running, seen from outside of it: health, logs, metrics, backups, personal data.

Stands above all rooms of `programmes`, which know nothing of it.
"""
