import django.db.models.deletion
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


def let_administrators_see_all(apps, schema_editor):
    create_permissions(
        installed.get_app_config("programmes"), verbosity=0, using=schema_editor.connection.alias
    )
    permission = apps.get_model("auth", "Permission").objects.get(codename="view_bulkreview")
    apps.get_model("auth", "Group").objects.get(name="administrator").permissions.add(permission)


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0006_preferences'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='historicalseries',
            options={'get_latest_by': ('history_date', 'history_id'), 'ordering': ('-history_date', '-history_id'), 'verbose_name': 'historical series', 'verbose_name_plural': 'historical followed series'},
        ),
        migrations.AlterModelOptions(
            name='series',
            options={'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'), 'ordering': ['code'], 'verbose_name': 'series', 'verbose_name_plural': 'followed series'},
        ),
        migrations.CreateModel(
            name='BulkReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=40, verbose_name='table')),
                ('step', models.CharField(max_length=20, verbose_name='step')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('language', models.CharField(default='fr', max_length=5, verbose_name='language')),
                ('keys', models.JSONField(default=list, verbose_name='records')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='rows done')),
                ('refused', models.JSONField(default=list, verbose_name='refused')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bulk_reviews', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'bulk review',
                'verbose_name_plural': 'bulk reviews',
                'ordering': ['-asked_at', '-id'],
                'default_permissions': ('view',),
            },
        ),
        migrations.RunPython(let_administrators_see_all, migrations.RunPython.noop),
    ]
