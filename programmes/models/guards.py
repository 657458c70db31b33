"""The database's own guards: triggers on PostgreSQL and SQLite that hold whoever comes past the models.

They are written from what the models declare, and made anew after each migration (SQLite drops those of a table that it
rebuilds). They keep: rows that were published or submitted, their parts, the review log, the ledger, sealed
columns, sets and child rows of sealed records, and the order in time of what was published. An amendment passes while
it is published and has not taken effect.
`guards_lifted` is the one way past them: for migrations, which say what they did, and for fills of tests.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connections, models, transaction
from modeltranslation.fields import TranslationField

from programmes import country
from programmes.models.amendment import Amendment
from programmes.models.guard_lift import GuardLift
from programmes.models.ledger_entry import LedgerEntry
from programmes.models.publication_clock import PublicationClock
from programmes.models.review import (
    EDITABLE,
    FROZEN,
    STEP_COLUMNS,
    TAKEN_BACK,
    OwnedByReviewed,
    Reviewed,
    State,
    models_lifted,
    translated_columns,
)
from programmes.models.review_event import ReviewEvent
from programmes.models.sealed import (
    Sealed,
    columns_of,
    sealed_fields,
    sealed_models,
    sealed_parts,
    sealed_sets,
    table_named_by,
    table_of_set,
)
from programmes.models.standing import Standing
from programmes.models.target import Target, TargetRevision
from programmes.models.territory import Territory
from programmes.models.unique_keys import unique_keys
from programmes.verify import START

LIFTED = f"EXISTS (SELECT 1 FROM {GuardLift._meta.db_table})"
BLANKING = (
    "EXISTS (SELECT 1 FROM programmes_amendment AS line WHERE line.kind = 'blanking' "
    "AND line.state = 'published' AND line.applied_at IS NULL{of})"
)
BLANKED = BLANKING.format(of=' AND line."table" = OLD."table" AND line.record = OLD.record')
BLANKED_WITH = BLANKING.format(of=' AND line."table" = said."table" AND line.record = said.record')
PUBLISHED_IS_KEPT = "what was published or submitted is never edited or removed"
SEALED_IS_KEPT = "what the public relies on changes by an amendment alone"
# what SQLite alone can do
REPLACING = "replacing"
REVIEW_LOG_IS_KEPT = "the review log is only added to"
REVIEW_LOG_IN_ORDER = "a line of the review log is not older than what it follows"
CLOCK_RISES = "publications take their moment from the clock, which only rises"
CLOCK_LEAPS = "the clock of publications does not leap ahead of the moment that it is"
SHOWN_BY_REVIEW = "records are shown and published by review alone"
ENDED_BY_REVIEW = "what was published ends by a correction or an amendment alone"
SAID_IS_KEPT = "what the site said of a target is never rewritten"
LEDGER_IS_KEPT = "the ledger is only added to"
ORIGINAL_IS_KEPT = "the original announcement is the first published of its target, and changes by an amendment alone"
PART_STAYS = "a part stays with the record that it was made for"
PLACED = "a territory is part of one of the kind above"


CLOCK = f"(SELECT last FROM {PublicationClock._meta.db_table})"
# the columns that hold a moment of the clock, on whichever table has them
MOMENTS = ("published_at", "ended_at", "applied_at", "sealed_at", "withdrawn_at")
# an hour after a moment, which each database writes its own way
HOUR_LATER = "hour_later({})"
_HOUR_LATER = re.compile(r"hour_later\(([\w.]+)\)")
# a moment that is more than a day ahead, and not the next one after another: a microsecond later, which SQLite cannot
# work out, so that an hour stands for it there
LEAPS = "leaps({}, {})"
_LEAPS = re.compile(r"leaps\(([\w.]+), ([\w.]+)\)")


class Guard(NamedTuple):
    """One trigger: before which event on which table it refuses, under which condition, and what it says.

    detail: what tells it from others on the same event.
    """

    table: str
    event: str
    condition: str
    sentence: str
    detail: str = ""

    @property
    def name(self) -> str:
        return "_".join(filter(None, ("guard", self.table, self.detail, self.event.lower())))


@contextmanager
def guards_lifted(why: str, *, using: str = "default") -> Iterator[None]:
    """Within it, the transaction's writes pass models and triggers. Only the owner of the tables may.

    Args:
        why: what it is for, in a few words.

    Raises:
        DatabaseError: the account of the database has no right on the table of lifts.
    """
    with transaction.atomic(using=using), models_lifted():
        row = GuardLift.objects.using(using).create(why=why)
        yield
        GuardLift.objects.using(using).filter(pk=row.pk).delete()


def install(using: str = "default") -> None:
    """Makes all guards anew."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    if GuardLift._meta.db_table not in existing:
        return
    remove(using)
    with connection.cursor() as cursor:
        for guard in guards():
            if guard.table in existing:
                for statement in _trigger(connection.vendor, guard):
                    cursor.execute(statement)


def remove_before_migration(sender: Any, using: str, plan: Any, **options: Any) -> None:
    """SQLite rebuilds no table that a trigger names. PostgreSQL's guards stand while it migrates."""
    if plan and connections[using].vendor == "sqlite":
        remove(using)


def install_after_migration(sender: Any, using: str, **options: Any) -> None:
    """A table was rebuilt, or a model has a new column."""
    install(using)


def remove(using: str = "default") -> None:
    """Takes all guards away: before tables are emptied for the next test."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'guard\\_%'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard\\_%' ESCAPE '\\'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')


def guards() -> Iterator[Guard]:
    """Every guard of the tables as the models declare them."""
    for model in apps.get_app_config("programmes").get_models():
        if issubclass(model, Reviewed):
            yield from _of_reviewed(model)
        elif issubclass(model, OwnedByReviewed):
            owner = model.owner_field()
            kept = (
                f"SELECT 1 FROM {owner.related_model._meta.db_table} WHERE id = {{key}} "
                f"AND state NOT IN ({_texts(EDITABLE)})"
            )
            yield from _of_part(model, owner.column, kept, PUBLISHED_IS_KEPT)
            yield _of_staying(model, owner.column)
    for model in sealed_models():
        yield from _of_sealed(model)
        kept = (
            f"SELECT 1 FROM {model._meta.db_table} WHERE id = {{key}} AND sealed_at IS NOT NULL "
            f"AND NOT {_amended(model, '{key}')}"
        )
        for part in sealed_parts(model):
            column = part.owner_field().column
            yield from _of_part(part, column, kept, SEALED_IS_KEPT)
            yield _of_staying(part, column)
        for field in sealed_sets(model):
            yield from _of_part(table_of_set(field), field.m2m_column_name(), kept, SEALED_IS_KEPT)
    yield from _of_originals()
    yield from _of_territories()
    yield from _of_standings()
    yield from _of_clock()
    yield from _of_review_log()
    yield from _of_ledger()


def _of_reviewed(model: type[Reviewed]) -> Iterator[Guard]:
    table = model._meta.db_table
    editable, frozen = _texts(EDITABLE), _texts(FROZEN)
    is_amendment = issubclass(model, Amendment)
    # while personal data is removed, it is removed from proposals too
    blanked = f" AND NOT {BLANKED}" if is_amendment else ""
    translated = translated_columns(model)
    languages = {column.column for columns in translated.values() for column in columns}
    # what lies in the untranslated column is whatever was saved last, and nobody reads it
    kept = {*STEP_COLUMNS, *model.settled, *translated, *languages}
    content = _differ(
        field.column
        for field in model._meta.concrete_fields
        if field.attname not in {*kept, *(("changes",) if is_amendment else ())}
    )
    retold = dict.fromkeys(translated, "")
    for name, columns in translated.items():
        stands = (
            f"OLD.state IN ({frozen})" if name == "outcome_reason" else "OLD.state = 'published'"
        )
        for column in columns:
            others = " OR ".join(f"COALESCE(OLD.{other.column}, '') <> ''" for other in columns)
            retold[name] += (
                f" OR ({_differ((column.column,))} AND NOT ({stands} "
                f"AND COALESCE(OLD.{column.column}, '') = '' AND ({others}) "
                f"AND {_amended(model, 'OLD.id')}){blanked})"
            )
    outcome_retold = retold.pop("outcome_reason")
    content += "".join(retold.values())
    if is_amendment:
        content += f" OR ({_differ(('changes',))}{blanked})"
    settled = [f"(OLD.{name} IS NOT NULL AND {_differ((name,))})" for name in model.settled]
    outcome = _differ(("published_at", "ended_at", "confirmation", "changed_at"))
    if is_amendment:
        # what a rule fills after a step says when
        filled = " AND ".join(
            f"NOT (OLD.{name} IS NULL AND NEW.{name} IS NOT NULL)" for name in model.settled
        )
        outcome = _differ(("published_at", "ended_at", "confirmation"))
        outcome += f" OR ({_differ(('changed_at',))} AND {filled})"
    outcome += outcome_retold
    steps = " OR ".join(
        f"(OLD.state = '{before}' AND NEW.state IN ({_texts(sorted(after))}))"
        for before, after in model.transitions.items()
    )
    refused = (
        f"(OLD.state NOT IN ({editable}) AND ({content}))",
        f"(NEW.state <> OLD.state AND NOT ({steps}))",
        f"(OLD.state NOT IN ({editable}) AND NEW.state = OLD.state AND ({outcome}))",
        f"(OLD.state IN ({frozen}) AND {_differ(('published_at',))})",
        "(NEW.state = 'published' AND NEW.published_at IS NULL)",
        *settled,
    )
    any_kept = f"EXISTS (SELECT 1 FROM {table} WHERE state NOT IN ({editable}))"
    yield Guard(table, "INSERT", "NEW.state <> 'draft'", SHOWN_BY_REVIEW)
    yield from _of_replacing(model, f"met.state NOT IN ({editable})", PUBLISHED_IS_KEPT)
    yield Guard(table, "DELETE", f"OLD.state NOT IN ({editable})", PUBLISHED_IS_KEPT)
    yield Guard(table, "UPDATE", " OR ".join(refused), PUBLISHED_IS_KEPT)
    yield Guard(table, "TRUNCATE", any_kept, PUBLISHED_IS_KEPT)
    yield from _of_endings(model)
    yield from _of_moments(model)


def _of_endings(model: type[Reviewed]) -> Iterator[Guard]:
    """What is published ends by a correction, or by an amendment; a correction never alone."""
    table = model._meta.db_table
    column = next(
        (f"{name}_id" for name in ("corrects", "supersedes") if hasattr(model, name)), None
    )
    corrected = (
        f"EXISTS (SELECT 1 FROM {table} AS later WHERE later.{column} = OLD.id AND later.state = 'submitted')"
        if column
        else "FALSE"
    )
    by_amendment = _amended(model, "OLD.id")
    if column:
        # a correction goes with the entry at the beginning of its place (the model is exact)
        owner = next(
            f"{name}_id" for name in ("target", "milestone", "series") if hasattr(model, name)
        )
        by_amendment = (
            f"CASE WHEN OLD.{column} IS NULL THEN {by_amendment} ELSE EXISTS (SELECT 1 FROM {table} AS entry "
            f"WHERE entry.{owner} = OLD.{owner} AND entry.{column} IS NULL AND entry.state = 'superseded' "
            f"AND {_amended(model, 'entry.id')}) END"
        )
    condition = (
        "OLD.state = 'published' AND ("
        f"(NEW.state IN ('withdrawn', 'set_aside') AND NOT {by_amendment}) "
        f"OR (NEW.state = 'superseded' AND NOT {corrected}))"
    )
    yield Guard(table, "UPDATE", condition, ENDED_BY_REVIEW, "ending")


def _of_sealed(model: type[Sealed]) -> Iterator[Guard]:
    table = model._meta.db_table
    changed = f"OLD.sealed_at IS NOT NULL AND ({_sealed_differ(model)}) AND NOT {_amended(model, 'OLD.id')}"
    kept = f"EXISTS (SELECT 1 FROM {table} WHERE sealed_at IS NOT NULL)"
    yield Guard(table, "INSERT", "NEW.sealed_at IS NOT NULL", SHOWN_BY_REVIEW)
    yield from _of_replacing(model, "met.sealed_at IS NOT NULL", SEALED_IS_KEPT)
    yield Guard(table, "DELETE", "OLD.sealed_at IS NOT NULL", SEALED_IS_KEPT)
    yield Guard(table, "UPDATE", changed, SEALED_IS_KEPT)
    yield Guard(table, "TRUNCATE", kept, SEALED_IS_KEPT)
    yield from _of_moments(model)


def _of_originals() -> Iterator[Guard]:
    """The original announcement is the first published, or an earlier one of the same day, or one that an amendment
    names: found later and announced earlier still, or of the first day, and not taken back; always one of its target
    that was published, and never none again."""
    table, said = Target._meta.db_table, TargetRevision._meta.db_table
    entries = (
        "{row}.target_id = NEW.id AND {row}.corrects_id IS NULL AND {row}.published_at IS NOT NULL "
        f"AND {{row}}.state IN ({_texts(FROZEN)})"
    )
    of_first_day = (
        f"NOT EXISTS (SELECT 1 FROM {said} AS met WHERE "
        f"{entries.format(row='met')} AND date(met.published_at) < date(said.published_at))"
    )
    is_first = f"OLD.original_id IS NULL AND {of_first_day}"
    # Morocco keeps the hour of UTC in Ramadan, else one more: the same day in one of both (the model is exact)
    pair = ("said.published_at", "stood.published_at")
    same_day = " OR ".join(
        " = ".join(f"date({hour.format(name)})" for name in pair) for hour in ("{}", HOUR_LATER)
    )
    is_earlier = (
        f"said.published_at = {CLOCK} AND EXISTS (SELECT 1 FROM {said} AS stood WHERE stood.id = OLD.original_id "
        "AND (said.announced_on < stood.announced_on "
        "OR (said.announced_on = stood.announced_on AND said.number < stood.number)) "
        f"AND ({same_day}))"
    )
    is_found_later = (
        f"EXISTS (SELECT 1 FROM {said} AS stood WHERE stood.id = OLD.original_id "
        "AND said.announced_on < stood.announced_on AND said.published_at > stood.published_at)"
    )
    # of what stands in the place of a corrected entry, the model alone knows
    is_named = (
        f"{_amended(Target, 'OLD.id')} AND said.state NOT IN ({_texts(TAKEN_BACK)}) "
        f"AND (({is_found_later}) OR ({of_first_day}))"
    )
    roads = f"(({is_first}) OR ({is_earlier}) OR ({is_named}))"
    fits = (
        f"EXISTS (SELECT 1 FROM {said} AS said WHERE said.id = NEW.original_id "
        f"AND {entries.format(row='said')} AND {roads})"
    )
    moved = f"{_differ(('original_id',))} AND NOT COALESCE({fits}, FALSE)"
    yield Guard(table, "INSERT", "NEW.original_id IS NOT NULL", ORIGINAL_IS_KEPT, "original")
    yield Guard(table, "UPDATE", moved, ORIGINAL_IS_KEPT, "original")


def _of_staying(model: type[models.Model], column: str) -> Guard:
    """The guard of rows that never move to another owner."""
    return Guard(model._meta.db_table, "UPDATE", _differ((column,)), PART_STAYS, "stays")


def _of_part(model: type[models.Model], column: str, kept: str, sentence: str) -> Iterator[Guard]:
    """The guards of rows that belong to another: `kept` selects the owner of `{key}` where it is kept."""
    table = model._meta.db_table
    yield from _of_replacing(model, f"EXISTS ({kept.format(key=f'met.{column}')})", sentence)
    for event, rows in (
        ("INSERT", ("NEW",)),
        ("DELETE", ("OLD",)),
        ("UPDATE", ("NEW", "OLD")),
    ):
        condition = " OR ".join(f"EXISTS ({kept.format(key=f'{row}.{column}')})" for row in rows)
        yield Guard(table, event, condition, sentence, column)
    some = f"EXISTS (SELECT 1 FROM {table} WHERE EXISTS ({kept.format(key=f'{table}.{column}')}))"
    yield Guard(table, "TRUNCATE", some, sentence, column)


def _of_standings() -> Iterator[Guard]:
    """What was said of a target ends once, and changes in nothing else."""
    table = Standing._meta.db_table
    content = _differ(
        field.column for field in Standing._meta.concrete_fields if field.name != "known_until"
    )
    yield Guard(table, "INSERT", "NEW.known_until IS NOT NULL", SAID_IS_KEPT)
    yield Guard(table, "UPDATE", f"OLD.known_until IS NOT NULL OR {content}", SAID_IS_KEPT)
    yield Guard(table, "DELETE", "TRUE", SAID_IS_KEPT)
    yield Guard(table, "TRUNCATE", f"EXISTS (SELECT 1 FROM {table})", SAID_IS_KEPT)
    yield from _of_replacing(Standing, "TRUE", SAID_IS_KEPT)


def _of_clock() -> Iterator[Guard]:
    """The moment of the last publication only rises, and as time does."""
    table = PublicationClock._meta.db_table
    yield Guard(table, "UPDATE", "NEW.last <= OLD.last", CLOCK_RISES)
    leaps = LEAPS.format("OLD.last", "NEW.last")
    yield Guard(table, "UPDATE", leaps, CLOCK_LEAPS, "leap")
    yield Guard(table, "DELETE", "TRUE", CLOCK_RISES)
    yield Guard(table, "TRUNCATE", f"EXISTS (SELECT 1 FROM {table})", CLOCK_RISES)
    yield from _of_replacing(PublicationClock, "TRUE", CLOCK_RISES)


def _of_moments(model: type[models.Model]) -> Iterator[Guard]:
    """What is published, sealed, withdrawn or ends, does so at the moment that its publisher took from the clock."""
    names = set(MOMENTS) & {field.column for field in model._meta.concrete_fields}
    moved = (
        f"(OLD.{name} IS NULL AND NEW.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM {CLOCK})"
        for name in sorted(names)
    )
    yield Guard(model._meta.db_table, "UPDATE", " OR ".join(moved), CLOCK_RISES, "moment")


def _of_review_log() -> Iterator[Guard]:
    """A line is added after those that its record has, and after its entry: by days, as a clock may be put right."""
    events = ReviewEvent._meta.db_table
    others = _differ(
        field.column for field in ReviewEvent._meta.concrete_fields if field.name != "note"
    )
    struck = (
        f"EXISTS (SELECT 1 FROM {Amendment._meta.db_table} AS said "
        f"WHERE said.id = OLD.amendment_id AND {BLANKED_WITH})"
    )
    yield Guard(events, "UPDATE", f"NOT ({struck}) OR {others}", REVIEW_LOG_IS_KEPT)
    yield from _of_replacing(ReviewEvent, "TRUE", REVIEW_LOG_IS_KEPT)
    yield Guard(events, "DELETE", _event_of_kept(), REVIEW_LOG_IS_KEPT)
    yield Guard(events, "TRUNCATE", f"EXISTS (SELECT 1 FROM {events})", REVIEW_LOG_IS_KEPT)
    later = (
        f"EXISTS (SELECT 1 FROM {table} AS other WHERE other.{column} = NEW.{field.column} "
        f"AND date(other.{moment}) > date(NEW.at))"
        for field in _records_of_review_log()
        for table, column, moment in (
            (events, field.column, "at"),
            (table_named_by(field)._meta.db_table, "id", "entered_at"),
        )
    )
    yield Guard(events, "INSERT", " OR ".join(later), REVIEW_LOG_IN_ORDER, "order")


def _of_ledger() -> Iterator[Guard]:
    """Each entry follows the one before. Content and salt are emptied while personal data is removed."""
    table = LedgerEntry._meta.db_table
    follows = (
        f"NEW.number = 1 + COALESCE((SELECT MAX(number) FROM {table}), 0) AND NEW.previous = "
        f"COALESCE((SELECT digest FROM {table} WHERE number = NEW.number - 1), '{START}')"
    )
    kept = _differ(
        field.column
        for field in LedgerEntry._meta.concrete_fields
        if field.name not in ("content", "salt", "size")
    )
    emptied = f"NEW.content = '' AND NEW.salt = '' AND NOT ({kept}) AND {BLANKING.format(of='')}"
    yield Guard(table, "INSERT", f"NOT ({follows})", LEDGER_IS_KEPT)
    yield from _of_replacing(LedgerEntry, "TRUE", LEDGER_IS_KEPT)
    yield Guard(table, "UPDATE", f"NOT ({emptied})", LEDGER_IS_KEPT)
    yield Guard(table, "DELETE", "TRUE", LEDGER_IS_KEPT)
    yield Guard(table, "TRUNCATE", f"EXISTS (SELECT 1 FROM {table})", LEDGER_IS_KEPT)


def _of_territories() -> Iterator[Guard]:
    """A territory is part of one of the kind above, so that none ever lies in itself."""
    table = Territory._meta.db_table

    def placed(kind: str, above: str) -> str:
        pairs = (
            f"({kind} = '{one.code}' AND {above} = '{other}')"
            for one in country.KINDS
            for other in country.of_level(one.level - 1)
        )
        return " OR ".join(pairs)

    misplaced = (
        "NEW.parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
        f"{table} AS above WHERE above.id = NEW.parent_id AND ({placed('NEW.kind', 'above.kind')}))"
    )
    left = (
        f"NEW.kind <> OLD.kind AND EXISTS (SELECT 1 FROM {table} AS below "
        f"WHERE below.parent_id = NEW.id AND NOT ({placed('below.kind', 'NEW.kind')}))"
    )
    yield Guard(table, "INSERT", misplaced, PLACED, "place")
    yield Guard(table, "UPDATE", f"({misplaced}) OR ({left})", PLACED, "place")


def _sealed_differ(model: type[Sealed]) -> str:
    """Whether a sealed column changes: a translation that is filled in beside another, a rule's own, do not."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    conditions = []
    for attname, name in sealed_fields(model).items():
        column = fields[attname].column
        changed = _differ((column,))
        if isinstance(fields[attname], TranslationField):
            others = " OR ".join(
                f"COALESCE(OLD.{other.column}, '') <> ''" for other in columns_of(model)[name]
            )
            changed = f"({changed} AND NOT (COALESCE(OLD.{column}, '') = '' AND ({others})))"
        elif name in model.settled:
            continue  # guarded by its rule: _of_originals
        conditions.append(changed)
    return " OR ".join(conditions)


def _amended(model: type[models.Model], key: str) -> str:
    """Whether an amendment of that record was published and has yet to take effect."""
    return (
        "EXISTS (SELECT 1 FROM programmes_amendment WHERE "
        f"programmes_amendment.\"table\" = '{model._meta.model_name}' AND record = {key} "
        "AND state = 'published' AND applied_at IS NULL)"
    )


def _event_of_kept() -> str:
    """Whether the record of a line of the review log is kept."""
    return " OR ".join(
        f"EXISTS (SELECT 1 FROM {table_named_by(field)._meta.db_table} WHERE id = OLD.{field.column} "
        f"AND state NOT IN ({_texts(EDITABLE)}))"
        for field in _records_of_review_log()
    )


def _records_of_review_log() -> list[models.Field[Any, Any]]:
    """The columns that name the record of a line."""
    return [
        field
        for field in ReviewEvent._meta.concrete_fields
        if field.is_relation and issubclass(table_named_by(field), Reviewed)
    ]


def _differ(columns: Any) -> str:
    return " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)


def _texts(values: Any) -> str:
    return ", ".join(f"'{State(value).value}'" for value in values)


def _of_replacing(model: type[models.Model], kept: str, sentence: str) -> Iterator[Guard]:
    """SQLite's REPLACE removes the rows that it meets, and no trigger of their removal runs.

    kept: the condition under which a row that is met, `met`, stays.
    """
    table, key = model._meta.db_table, model._meta.pk.column
    keys = [*unique_keys(model)]
    met = " OR ".join(f"({same})" for _columns, same in keys)
    found = f"SELECT 1 FROM {table} AS met WHERE ({met}) AND {kept}"
    yield Guard(table, "INSERT", f"EXISTS ({found})", sentence, REPLACING)
    moved = (
        f"(({_differ(columns)}) AND EXISTS (SELECT 1 FROM {table} AS met "
        f"WHERE met.{key} <> OLD.{key} AND {same} AND {kept}))"
        for columns, same in keys
    )
    yield Guard(table, "UPDATE", " OR ".join(moved), sentence, REPLACING)


def _trigger(vendor: str, guard: Guard) -> list[str]:
    """The statements that make a guard."""
    name, table, event, condition, sentence = guard.name, *guard[:4]
    if vendor == "sqlite":
        if event == "TRUNCATE":
            return []
        condition = condition.replace("IS DISTINCT FROM", "IS NOT")
        condition = _HOUR_LATER.sub(r"datetime(\1, '+1 hour')", condition)
        condition = _LEAPS.sub(
            r"\2 > max(datetime(\1, '+1 hour'), datetime('now', '+1 day'))", condition
        )
        return [
            f'CREATE TRIGGER "{name}" BEFORE {event} ON {table} FOR EACH ROW '
            f"WHEN ({condition}) AND NOT {LIFTED} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        ]
    if guard.detail == REPLACING:
        return []
    condition = _HOUR_LATER.sub(r"(\1 + interval '1 hour')", condition)
    condition = _LEAPS.sub(
        r"\2 > greatest(\1 + interval '1 microsecond', clock_timestamp() + interval '1 day')",
        condition,
    )
    # the condition stands in a function: a WHEN clause may not ask another table, and would hold the type of a column
    # against migrations. The function asks as the owner of the tables, so that no other account needs a right on the
    # table of lifts, nor puts one of its own before it
    level = "STATEMENT" if event == "TRUNCATE" else "ROW"
    back = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(event, "NEW")
    return [
        f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"IF ({condition}) AND NOT {LIFTED} THEN RAISE EXCEPTION '{sentence}'; END IF; RETURN {back}; END $$",
        "DO $$ BEGIN EXECUTE format('ALTER FUNCTION %I() SECURITY DEFINER SET search_path = %I, pg_temp', "
        f"'{name}', current_schema()); END $$",
        f'CREATE TRIGGER "{name}" BEFORE {event} ON {table} FOR EACH {level} EXECUTE FUNCTION "{name}"()',
    ]
