"""A table more takes the places that CONTRIBUTING.md names: one is added to a copy, used, and held to the tests that
find what was forgotten."""

from pathlib import Path

import polib
import pytest

from tests.scratch import add_before, make_copy, run_in

MODEL = '''"""Trades that people are trained for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models.columns import CodeField, public_flag
from programmes.models.named import NamedModel
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet
from programmes.models.sealed import Sealed


class Trade(NamedModel, Sealed):
    """A trade: baker, welder and so on."""

    code = CodeField()
    name = models.CharField(_("name"), max_length=200)
    is_public = public_flag()

    sealed = ("code", "name")

    objects = PublicQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("trade")
        verbose_name_plural = _("trades")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name or self.code
'''
COLUMNS = """class TradeResource(TableResource):
    name, model = "trades", Trade

    code = code_column()
    name_columns = in_each_language("name", _("name"), TextCell(max_length=200), required=True)
    is_public = public_column()


"""
SCREEN = '''"""Trades."""

from django.contrib import admin

from programmes.admin.base import TranslatedAdmin, search_in
from programmes.models import Trade


@admin.register(Trade)
class TradeAdmin(TranslatedAdmin):
    code_from = "name"
    list_display = ("name", "languages", "is_public")
    list_filter = ("is_public",)
    search_fields = search_in("code", "*name")
    fieldsets = ((None, {"fields": ("name", "code", "is_public")}),)
'''
ROLES = """from importlib import import_module

from django.db import migrations

roles = import_module("programmes.migrations.0006_roles")
ACTIONS = {
    "contributor": ["view", "export"],
    "reviewer": ["view", "export"],
    "editor": ["view", *roles.EDIT, *roles.FILES],
    "administrator": ["view", *roles.EDIT, *roles.FILES],
}


def permit(apps, schema_editor):
    roles.create_permissions(
        roles.installed.get_app_config("programmes"), verbosity=0, using=schema_editor.connection.alias
    )
    for name, actions in ACTIONS.items():
        group = apps.get_model("auth", "Group").objects.get(name=name)
        codes = [f"{action}_trade" for action in actions]
        found = apps.get_model("auth", "Permission").objects.filter(codename__in=codes)
        assert found.count() == len(codes), codes
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [("programmes", "%s")]
    operations = [migrations.RunPython(permit, migrations.RunPython.noop)]
"""
BUILDER = """def make_trade(**columns: Any) -> Trade:
    return Trade.objects.create(**{"code": "baker", "name_fr": "Boulanger"} | columns)


"""
WORDS = {"trade": ("métier", "مهنة"), "trades": ("métiers", "المهن")}
USED = """
import django
django.setup()
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from programmes.models import Assignment, Territory, Trade
from programmes.spreadsheets.importing import jobs

editor = get_user_model().objects.create_user("amina", is_staff=True)
editor.groups.add(Group.objects.get(name="editor"))
Assignment.objects.create(user=editor, territory=Territory.objects.get(code="MA"))
desk, reader = Client(), Client()
desk.force_login(editor)
job = jobs.check(jobs.send("trades", "code,name_fr,name_ar\\nbaker,Boulanger,خباز\\n".encode(), "x.csv", by=editor))
print("import:", jobs.apply(job, by=editor).state, Trade.objects.get().name_ar)
print("list:", "Boulanger" in desk.get("/fr/admin/programmes/trade/").content.decode())
print("home:", "/fr/admin/programmes/trade/" in desk.get("/fr/admin/").content.decode())
print("file:", "Boulanger" in b"".join(reader.get("/fr/data/trades.csv")).decode())
print("history:", Trade.history.count())
"""
# what finds a table that was forgotten somewhere
HELD_TO = (
    "tests/spreadsheets/test_columns.py",
    "tests/models/test_named.py",
    "tests/admin/test_pages.py",
    "tests/test_verify.py",
    "tests/test_access.py",
    "tests/public/test_data_dictionary.py",
)


def add_table(copy: Path) -> None:
    """The steps of CONTRIBUTING.md, in their order."""
    rooms = copy / "programmes"
    # the model, its translated names and its history
    (rooms / "models/trade.py").write_text(MODEL)
    names = rooms / "models/__init__.py"
    add_before(
        names,
        "from programmes.models.worker import",
        "from programmes.models.trade import Trade\n",
    )
    add_before(names, '    "Waypoint",\n', '    "Trade",\n')
    translation = rooms / "translation.py"
    add_before(translation, ")\nfrom programmes.models.history import", "    Trade,\n")
    add_before(translation, "])(NameTranslation)", ", Trade")
    add_before(translation, "):\n    keep_history(", "    Trade,\n")
    # what staff see of it
    rows = rooms / "access/rows.py"
    add_before(rows, "    Waypoint,\n)", "    Trade,\n")
    add_before(rows, ", Indicator, Dimension, Category, Site)", ", Trade")
    # its columns
    places = rooms / "spreadsheets/columns/tables/places.py"
    add_before(places, ", Territory\n", ", Trade")
    add_before(places, "class DimensionResource(", COLUMNS)
    tables = rooms / "spreadsheets/columns/tables/__init__.py"
    add_before(tables, "    TerritoryResource,\n)\nfrom", "    TradeResource,\n")
    add_before(tables, "        ProgrammeResource,\n        Part", "        TradeResource,\n")
    published = rooms / "spreadsheets/sending/public_files/published.py"
    add_before(published, "    Waypoint,\n)", "    Trade,\n")
    add_before(published, ", Programme, Centre, Indicator, Dimension)", ", Trade")
    # what the ledger says of it
    verify = rooms / "verify.py"
    add_before(verify, '    "programmes": "code* name@', '    "trades": "code* name@",\n')
    add_before(verify, ', "indicators"}', ', "trades"')
    # its screen
    (rooms / "admin/tables/trades.py").write_text(SCREEN)
    screens = rooms / "admin/all_screens.py"
    add_before(screens, ")\nfrom programmes.admin.transfer", "    trades,\n")
    add_before(screens, "]\n", '    "trades",\n')
    add_before(rooms / "admin/site.py", ', "Indicator", "Series"', ', "Trade"')
    # tables and permissions
    run_in(copy, "manage.py", "makemigrations", "programmes", "--name", "trades", "-v0")
    last = max(one.stem for one in (rooms / "migrations").glob("0*.py"))
    number = int(last[:4]) + 1
    (rooms / f"migrations/{number:04}_roles_of_trades.py").write_text(ROLES % last)
    # its words
    for language, at in (("fr", 0), ("ar", 1), ("en", None)):
        path = copy / f"locale/{language}/LC_MESSAGES/django.po"
        catalogue = polib.pofile(str(path), wrapwidth=0)
        for word, said in WORDS.items():
            catalogue.append(polib.POEntry(msgid=word, msgstr=word if at is None else said[at]))
        catalogue.save()
        catalogue.save_as_mofile(str(path.with_suffix(".mo")))
    # its builder
    builders = copy / "tests/builders.py"
    add_before(builders, ")\nfrom programmes.models.data_version import", "    Trade,\n")
    add_before(builders, "def make_country(", BUILDER)
    add_before(copy / "tests/admin/test_pages.py", '"User", "Waypoint"', '"Trade", ')
    world = copy / "tests/admin/builders.py"
    add_before(world, "    Waypoint,\n)", "    Trade,\n")
    add_before(
        world,
        '        Sector.objects.create(code=_code("sector")',
        '        Trade.objects.create(code=_code("trade"), name_fr="Boulanger"),\n',
    )


@pytest.mark.long
def test_a_table_is_added_where_contributing_says(tmp_path: Path) -> None:
    copy = make_copy(tmp_path)
    add_table(copy)
    run_in(copy, "manage.py", "migrate", "-v0")
    run_in(copy, "manage.py", "load_reference")

    assert run_in(copy, "-c", USED, ALLOWED_HOSTS="testserver").splitlines() == [
        "import: applied خباز",
        "list: True",
        "home: True",
        "file: True",
        "history: 1",
    ]
    run_in(copy, "-m", "pytest", "-q", "-n", "0", *HELD_TO)
