"""On PostgreSQL, the database itself keeps what was published: no statement can edit or remove it.

SQLite has no such guard: its triggers are dropped in silence whenever Django rebuilds a table. There the guard of
models/review.py stands alone.
"""

from django.db import migrations

REVIEWED = ["programmes_measurement", "programmes_targetrevision", "programmes_milestonestatement"]
PARTS = [
    ("programmes_waypoint", "revision_id", "programmes_targetrevision"),
    ("programmes_measurementshare", "measurement_id", "programmes_measurement"),
]

ROW_FUNCTION = """
CREATE FUNCTION programmes_guard_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    frozen CONSTANT text[] := ARRAY['published', 'superseded', 'set_aside', 'withdrawn'];
    later CONSTANT text[] := ARRAY['state', 'outcome_reason', 'changed_at'];
BEGIN
    IF NOT OLD.state = ANY (frozen) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a published row is never removed (% %)', TG_TABLE_NAME, OLD.id;
    END IF;
    IF to_jsonb(NEW) - later IS DISTINCT FROM to_jsonb(OLD) - later
       OR (NEW.state = OLD.state AND NEW.outcome_reason IS DISTINCT FROM OLD.outcome_reason)
       OR (NEW.state <> OLD.state AND (OLD.state <> 'published' OR NOT NEW.state = ANY (frozen)))
    THEN
        RAISE EXCEPTION 'a published row is never edited (% %)', TG_TABLE_NAME, OLD.id;
    END IF;
    RETURN NEW;
END $$;
"""

PART_FUNCTION = """
CREATE FUNCTION programmes_guard_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM {owner} WHERE state IN ('published', 'superseded', 'set_aside', 'withdrawn')
        AND id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.{column} END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.{column} END
        )
    ) THEN
        RAISE EXCEPTION 'the parts of a published row are never changed (%)', TG_TABLE_NAME;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(ROW_FUNCTION, params=None)
    for table in REVIEWED:
        schema_editor.execute(
            f"CREATE TRIGGER guard_published BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION programmes_guard_published()"
        )
    for table, column, owner in PARTS:
        schema_editor.execute(
            PART_FUNCTION.format(table=table, column=column, owner=owner), params=None
        )
        schema_editor.execute(
            f"CREATE TRIGGER guard_published BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION programmes_guard_{table}()"
        )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, _column, _owner in PARTS:
        schema_editor.execute(f"DROP TRIGGER guard_published ON {table}")
        schema_editor.execute(f"DROP FUNCTION programmes_guard_{table}()")
    for table in REVIEWED:
        schema_editor.execute(f"DROP TRIGGER guard_published ON {table}")
    schema_editor.execute("DROP FUNCTION programmes_guard_published()")


class Migration(migrations.Migration):
    dependencies = [("programmes", "0001_tables")]
    operations = [migrations.RunPython(guard, unguard)]
