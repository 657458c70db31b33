"""What a source has besides its own file and address; the roles keep it as they keep sources."""

from importlib import import_module

import django.db.models.deletion
import programmes.models.attachment
import programmes.models.web_address
import simple_history.models
from django.conf import settings
from django.db import migrations, models


roles = import_module("programmes.migrations.0006_roles")
ACTIONS = {
    "contributor": ["view", "add", *roles.FILES],
    "reviewer": ["view", "export"],
    "editor": ["view", *roles.EDIT, *roles.FILES],
    "administrator": ["view", *roles.EDIT, *roles.FILES],
}


def permit(apps, schema_editor):
    app = roles.installed.get_app_config("programmes")
    roles.create_permissions(app, verbosity=0, using=schema_editor.connection.alias)
    for name, actions in ACTIONS.items():
        group = apps.get_model("auth", "Group").objects.get(name=name)
        codes = [f"{action}_evidence" for action in actions]
        found = apps.get_model("auth", "Permission").objects.filter(codename__in=codes)
        assert found.count() == len(codes), codes
        group.permissions.add(*found)


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0015_words_of_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalEvidence',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('language', models.CharField(blank=True, choices=[('fr', 'French'), ('ar', 'Arabic'), ('en', 'English'), ('es', 'Spanish')], default='', max_length=8, verbose_name='language')),
                ('url', models.URLField(blank=True, default='', max_length=1500, validators=[programmes.models.web_address.validate_web_address], verbose_name='address')),
                ('file', models.TextField(blank=True, default='', max_length=100, verbose_name='file')),
                ('file_digest', models.CharField(blank=True, default='', editable=False, max_length=64, verbose_name='digest of the attached file')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='programmes.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'historical piece of evidence',
                'verbose_name_plural': 'historical further evidence',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('language', models.CharField(blank=True, choices=[('fr', 'French'), ('ar', 'Arabic'), ('en', 'English'), ('es', 'Spanish')], default='', max_length=8, verbose_name='language')),
                ('url', models.URLField(blank=True, default='', max_length=1500, validators=[programmes.models.web_address.validate_web_address], verbose_name='address')),
                ('file', programmes.models.attachment.AttachmentField(blank=True, default='', upload_to=programmes.models.attachment.stored_name, verbose_name='file')),
                ('file_digest', models.CharField(blank=True, default='', editable=False, max_length=64, verbose_name='digest of the attached file')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='programmes.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'piece of evidence',
                'verbose_name_plural': 'further evidence',
                'ordering': ['source', 'title'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
                'constraints': [models.UniqueConstraint(fields=('source', 'title'), name='evidence_title_unique', violation_error_message='This source already has a piece of evidence of that title.'), models.CheckConstraint(condition=models.Q(('file', ''), ('url', ''), _negated=True), name='evidence_has_file_or_address', violation_error_message='Give a file or an address.')],
            },
        ),
        migrations.RunPython(permit, migrations.RunPython.noop),
    ]
