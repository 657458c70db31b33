"""Two accounts of PostgreSQL: one owns the tables and migrates, the other serves and may not go past the guards."""

from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from programmes.models.guard_lift import GuardLift

# What serving needs less of than reading and writing rows.
NARROWED = {
    GuardLift._meta.db_table: "SELECT",
    "django_migrations": "SELECT",
    "programmes_ledgerentry": "SELECT, INSERT, UPDATE (content, salt, size)",
    "programmes_standing": "SELECT, INSERT, UPDATE (known_until)",
    "programmes_publicationclock": "SELECT, INSERT, UPDATE",
}


def grant_serving(connection: BaseDatabaseWrapper, role: str) -> None:
    """Gives an account of PostgreSQL what serving takes, on tables of now and of later migrations, and nothing else.

    To be run as the owner of the tables.

    Raises:
        ProgrammingError: there is no such account, or the tables are another's.
    """
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = map(connection.ops.quote_name, cursor.fetchone())
        for statement in (
            f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
            f"REVOKE ALL ON SCHEMA {schema} FROM {name}",
            # a database that was made anew for a restore lets everybody in
            f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {name}",
            f"GRANT USAGE ON SCHEMA {schema} TO {name}",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name}, PUBLIC",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {name}",
        ):
            cursor.execute(statement)
        for table, rights in NARROWED.items():
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"REVOKE ALL ON {quoted} FROM {name}")
            cursor.execute(f"GRANT {rights} ON {quoted} TO {name}")
        for model in apps.get_models():
            if hasattr(model, "history_object"):  # what a record was before stays
                history = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"REVOKE DELETE ON {history} FROM {name}")


def faults_of_account(connection: Any) -> list[str]:
    """What the account that is connected may do and need not, in words; none on SQLite, which has no accounts."""
    if connection.vendor != "postgresql":
        return []
    questions = {
        "do everything, as a superuser": "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
        "change tables and switch their guards off": (
            "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass"
        ),
        "empty tables": "SELECT has_table_privilege(%s, 'TRUNCATE')",
        "lift the guards": "SELECT has_table_privilege(%s, 'INSERT')",
        "make tables": "SELECT has_schema_privilege(current_schema(), 'CREATE')",
    }
    subjects = {
        "change tables and switch their guards off": ["programmes_measurement"],
        "empty tables": ["programmes_measurement"],
        "lift the guards": [GuardLift._meta.db_table],
    }
    found = []
    with connection.cursor() as cursor:
        for words, question in questions.items():
            cursor.execute(question, subjects.get(words))
            if cursor.fetchone()[0]:
                found.append(words)
    return found[:1] if found[:1] == ["do everything, as a superuser"] else found
