"""Places, organisations, sources, sectors, indicators and dimensions."""

import django.core.validators
import django.db.models.deletion
import programmes.models.attachment
import programmes.models.columns
import programmes.models.web_address
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dimension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('code', programmes.models.columns.CodeField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_fr', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('name_ar', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('is_public', models.BooleanField(default=True, help_text='Shown on the public pages.', verbose_name='public')),
            ],
            options={
                'verbose_name': 'dimension',
                'verbose_name_plural': 'dimensions',
                'ordering': ['code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.CreateModel(
            name='Sector',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('code', programmes.models.columns.CodeField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_fr', models.CharField(max_length=200, null=True, verbose_name='name')),
                ('name_ar', models.CharField(max_length=200, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=200, null=True, verbose_name='name')),
                ('is_public', models.BooleanField(default=True, help_text='Shown on the public pages.', verbose_name='public')),
            ],
            options={
                'verbose_name': 'sector',
                'verbose_name_plural': 'sectors',
                'ordering': ['code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('code', programmes.models.columns.CodeField(max_length=80, unique=False, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_fr', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('name_ar', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('dimension', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='categories', to='programmes.dimension', verbose_name='dimension')),
            ],
            options={
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
                'ordering': ['dimension', 'position', 'code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('code', programmes.models.columns.CodeField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_fr', models.CharField(max_length=200, null=True, verbose_name='name')),
                ('name_ar', models.CharField(max_length=200, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=200, null=True, verbose_name='name')),
                ('definition', models.TextField(blank=True, verbose_name='definition')),
                ('definition_fr', models.TextField(blank=True, null=True, verbose_name='definition')),
                ('definition_ar', models.TextField(blank=True, null=True, verbose_name='definition')),
                ('definition_en', models.TextField(blank=True, null=True, verbose_name='definition')),
                ('unit', models.CharField(help_text='As written after a figure: people, places, MAD.', max_length=80, verbose_name='unit')),
                ('unit_fr', models.CharField(help_text='As written after a figure: people, places, MAD.', max_length=80, null=True, verbose_name='unit')),
                ('unit_ar', models.CharField(help_text='As written after a figure: people, places, MAD.', max_length=80, null=True, verbose_name='unit')),
                ('unit_en', models.CharField(help_text='As written after a figure: people, places, MAD.', max_length=80, null=True, verbose_name='unit')),
                ('decimals', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(4)], verbose_name='decimals')),
                ('measure', models.CharField(choices=[('running_total', 'running total'), ('per_period', 'per period'), ('level', 'level'), ('ratio', 'ratio')], max_length=15, verbose_name='measure')),
                ('is_public', models.BooleanField(default=True, help_text='Shown on the public pages.', verbose_name='public')),
            ],
            options={
                'verbose_name': 'indicator',
                'verbose_name_plural': 'indicators',
                'ordering': ['code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
                'constraints': [models.CheckConstraint(condition=models.Q(('decimals__lte', 4)), name='indicator_decimals_at_most_four')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('code', programmes.models.columns.CodeField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('kind', models.CharField(choices=[('ministry', 'ministry'), ('public_operator', 'public operator'), ('university', 'university'), ('governor', 'provincial administration (governor)'), ('council', 'elected council'), ('association', 'association'), ('foundation', 'foundation'), ('fund', 'fund'), ('company', 'company'), ('cluster', 'cluster'), ('federation', 'trade federation'), ('network', 'network'), ('other', 'other')], max_length=20, verbose_name='kind')),
                ('name', models.CharField(max_length=250, verbose_name='name')),
                ('name_fr', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('name_ar', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('acronym', models.CharField(blank=True, max_length=40, verbose_name='acronym')),
                ('other_spellings', models.TextField(blank=True, help_text='One per line, in any language. Search finds the record by each.', verbose_name='other spellings')),
                ('website', models.URLField(blank=True, max_length=500, validators=[programmes.models.web_address.validate_web_address], verbose_name='website')),
                ('is_public', models.BooleanField(default=True, help_text='Shown on the public pages.', verbose_name='public')),
                ('entered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ['code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('code', programmes.models.columns.CodeField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('kind', models.CharField(choices=[('document', 'document'), ('article', 'article'), ('report', 'direct report')], max_length=10, verbose_name='kind')),
                ('title', models.CharField(max_length=400, verbose_name='title')),
                ('publisher', models.CharField(blank=True, max_length=200, verbose_name='publisher')),
                ('url', models.URLField(blank=True, max_length=1500, validators=[programmes.models.web_address.validate_web_address], verbose_name='address')),
                ('archived_url', models.URLField(blank=True, max_length=1500, validators=[programmes.models.web_address.validate_web_address], verbose_name='archived address')),
                ('date_on', models.DateField(blank=True, null=True, verbose_name='date')),
                ('date_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('training_year', 'training year'), ('span', 'span'), ('unknown', 'unknown')], default='unknown', max_length=13, verbose_name='precision')),
                ('date_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('read_on', models.DateField(blank=True, null=True, verbose_name='read on')),
                ('language', models.CharField(blank=True, choices=[('fr', 'French'), ('ar', 'Arabic'), ('en', 'English'), ('es', 'Spanish')], max_length=8, verbose_name='language')),
                ('file', programmes.models.attachment.AttachmentField(blank=True, upload_to=programmes.models.attachment.stored_name, verbose_name='file')),
                ('file_digest', models.CharField(blank=True, default='', editable=False, max_length=64, verbose_name='digest of the attached file')),
                ('is_public', models.BooleanField(default=True, help_text='Shown on the public pages.', verbose_name='public')),
                ('entered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='programmes.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'source',
                'verbose_name_plural': 'sources',
                'ordering': ['-date_on', 'code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.CreateModel(
            name='Territory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('code', programmes.models.columns.CodeField(max_length=10, unique=True, validators=[django.core.validators.RegexValidator('^MA(-[A-Z0-9]{2,3})?\\Z', 'Accepted: MA, or MA- and two or three signs.')], verbose_name='ISO 3166-2 code')),
                ('hcp_code', models.CharField(blank=True, max_length=6, verbose_name='HCP code')),
                ('kind', models.CharField(choices=[('country', 'country'), ('region', 'region'), ('province', 'province'), ('prefecture', 'prefecture')], max_length=10, verbose_name='kind')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_fr', models.CharField(max_length=200, null=True, verbose_name='name')),
                ('name_ar', models.CharField(max_length=200, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=200, null=True, verbose_name='name')),
                ('other_spellings', models.TextField(blank=True, help_text='One per line, in any language. Search finds the record by each.', verbose_name='other spellings')),
                ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='population')),
                ('population_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='year of the census')),
                ('is_public', models.BooleanField(default=True, help_text='Shown on the public pages.', verbose_name='public')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='programmes.territory', verbose_name='part of')),
            ],
            options={
                'verbose_name': 'territory',
                'verbose_name_plural': 'territories',
                'ordering': ['hcp_code', 'code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.AddField(
            model_name='organisation',
            name='territory',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='programmes.territory', verbose_name='territory'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.UniqueConstraint(fields=('dimension', 'code'), name='category_code_unique'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('date_from__isnull', True), ('date_on__isnull', True), ('date_precision', 'unknown')), models.Q(('date_from__isnull', False), ('date_on__gte', models.F('date_from')), ('date_precision', 'span')), models.Q(('date_from__isnull', True), ('date_on__isnull', False), ('date_precision__in', ['day', 'month', 'year', 'training_year'])), _connector='OR'), name='source_date_precision', violation_error_message='A date and its precision do not go together; enter the date again.'),
        ),
        migrations.AddConstraint(
            model_name='territory',
            constraint=models.UniqueConstraint(condition=models.Q(('hcp_code', ''), _negated=True), fields=('hcp_code',), name='territory_hcp_code_unique'),
        ),
        migrations.AddConstraint(
            model_name='territory',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'country'), ('parent__isnull', True)), models.Q(models.Q(('kind', 'country'), _negated=True), ('parent__isnull', False)), _connector='OR'), name='territory_only_country_is_root', violation_error_message='Every territory except the country is part of another.'),
        ),
    ]
