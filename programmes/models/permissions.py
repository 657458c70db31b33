"""What a member of staff may be allowed to do with a table, beyond Django's four."""

TABLE_PERMISSIONS = ("add", "change", "delete", "view", "import", "export")
REVIEWED_PERMISSIONS = (*TABLE_PERMISSIONS, "submit", "publish")
