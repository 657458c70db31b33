"""Programmes, agreements and centres, with who takes part in them."""

import django.core.validators
import django.db.models.deletion
import programmes.models.columns
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0001_reference_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('is_public', models.BooleanField(default=False, editable=False, verbose_name='shown to the public')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='withdrawn since')),
                ('code', programmes.models.columns.CodeField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('kind', models.CharField(choices=[('framework', 'framework agreement'), ('specific', 'specific agreement'), ('partnership', 'partnership agreement'), ('memorandum', 'memorandum of understanding'), ('amendment', 'amendment')], max_length=12, verbose_name='kind')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('title_fr', models.CharField(max_length=300, null=True, verbose_name='title')),
                ('title_ar', models.CharField(max_length=300, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=300, null=True, verbose_name='title')),
                ('subject', models.TextField(blank=True, verbose_name='subject')),
                ('subject_fr', models.TextField(blank=True, null=True, verbose_name='subject')),
                ('subject_ar', models.TextField(blank=True, null=True, verbose_name='subject')),
                ('subject_en', models.TextField(blank=True, null=True, verbose_name='subject')),
                ('date_on', models.DateField(blank=True, null=True, verbose_name='date')),
                ('date_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('training_year', 'training year'), ('span', 'span'), ('unknown', 'unknown')], default='unknown', max_length=13, verbose_name='precision')),
                ('date_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('place_fr', models.CharField(blank=True, max_length=200, null=True, verbose_name='place')),
                ('place_ar', models.CharField(blank=True, max_length=200, null=True, verbose_name='place')),
                ('place_en', models.CharField(blank=True, max_length=200, null=True, verbose_name='place')),
                ('end_on', models.DateField(blank=True, null=True, verbose_name='end')),
                ('end_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('training_year', 'training year'), ('span', 'span'), ('unknown', 'unknown')], default='unknown', max_length=13, verbose_name='precision')),
                ('end_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='programmes.agreement', verbose_name='made under')),
            ],
            options={
                'verbose_name': 'agreement',
                'verbose_name_plural': 'agreements',
                'ordering': ['date_on', 'code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.CreateModel(
            name='Centre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('is_public', models.BooleanField(default=False, editable=False, verbose_name='shown to the public')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='withdrawn since')),
                ('code', programmes.models.columns.CodeField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('kind', models.CharField(choices=[('city', 'city of trades and skills'), ('annex', 'annex'), ('institute', 'specialised institute'), ('school', 'school'), ('centre', 'training centre'), ('boarding', 'boarding house'), ('other', 'other')], max_length=10, verbose_name='kind')),
                ('name', models.CharField(max_length=250, verbose_name='name')),
                ('name_fr', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('name_ar', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('other_spellings', models.TextField(blank=True, help_text='One per line, in any language. Search finds the record by each.', verbose_name='other spellings')),
                ('locality', models.CharField(blank=True, max_length=200, verbose_name='locality')),
                ('locality_fr', models.CharField(blank=True, max_length=200, null=True, verbose_name='locality')),
                ('locality_ar', models.CharField(blank=True, max_length=200, null=True, verbose_name='locality')),
                ('locality_en', models.CharField(blank=True, max_length=200, null=True, verbose_name='locality')),
                ('latitude', models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(Decimal('-90')), django.core.validators.MaxValueValidator(Decimal('90'))], verbose_name='latitude')),
                ('longitude', models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(Decimal('-180')), django.core.validators.MaxValueValidator(Decimal('180'))], verbose_name='longitude')),
                ('facilities', models.TextField(blank=True, verbose_name='facilities')),
                ('facilities_fr', models.TextField(blank=True, null=True, verbose_name='facilities')),
                ('facilities_ar', models.TextField(blank=True, null=True, verbose_name='facilities')),
                ('facilities_en', models.TextField(blank=True, null=True, verbose_name='facilities')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='annexes', to='programmes.centre', verbose_name='annex of')),
                ('operator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='centres', to='programmes.organisation', verbose_name='operator')),
            ],
            options={
                'verbose_name': 'centre',
                'verbose_name_plural': 'centres',
                'ordering': ['code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('lead', 'leads'), ('supervisor', 'supervises'), ('manager', 'manages'), ('operator', 'trains'), ('partner', 'partner'), ('funder', 'funds')], max_length=10, verbose_name='role')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='programmes.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'participation',
                'verbose_name_plural': 'participations',
                'ordering': ['programme', 'role', 'organisation'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('is_public', models.BooleanField(default=False, editable=False, verbose_name='shown to the public')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='withdrawn since')),
                ('code', programmes.models.columns.CodeField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('name', models.CharField(max_length=250, verbose_name='name')),
                ('name_fr', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('name_ar', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('summary_fr', models.TextField(blank=True, null=True, verbose_name='summary')),
                ('summary_ar', models.TextField(blank=True, null=True, verbose_name='summary')),
                ('summary_en', models.TextField(blank=True, null=True, verbose_name='summary')),
                ('other_spellings', models.TextField(blank=True, help_text='One per line, in any language. Search finds the record by each.', verbose_name='other spellings')),
                ('start_on', models.DateField(blank=True, null=True, verbose_name='start')),
                ('start_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('training_year', 'training year'), ('span', 'span'), ('unknown', 'unknown')], default='unknown', max_length=13, verbose_name='precision')),
                ('start_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('end_on', models.DateField(blank=True, null=True, verbose_name='end')),
                ('end_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('training_year', 'training year'), ('span', 'span'), ('unknown', 'unknown')], default='unknown', max_length=13, verbose_name='precision')),
                ('end_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('organisations', models.ManyToManyField(related_name='programmes', through='programmes.Participation', to='programmes.organisation', verbose_name='organisations')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='programmes.programme', verbose_name='part of')),
                ('sectors', models.ManyToManyField(blank=True, related_name='programmes', to='programmes.sector', verbose_name='sectors')),
            ],
            options={
                'verbose_name': 'programme',
                'verbose_name_plural': 'programmes',
                'ordering': ['code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.AddField(
            model_name='participation',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='programmes.programme', verbose_name='programme'),
        ),
        migrations.AddField(
            model_name='centre',
            name='programmes',
            field=models.ManyToManyField(blank=True, related_name='centres', to='programmes.programme', verbose_name='programmes'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='programmes',
            field=models.ManyToManyField(blank=True, related_name='agreements', to='programmes.programme', verbose_name='programmes'),
        ),
        migrations.AddField(
            model_name='centre',
            name='sectors',
            field=models.ManyToManyField(blank=True, related_name='centres', to='programmes.sector', verbose_name='sectors'),
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.CharField(blank=True, max_length=200, verbose_name='person')),
                ('person_fr', models.CharField(blank=True, max_length=200, null=True, verbose_name='person')),
                ('person_ar', models.CharField(blank=True, max_length=200, null=True, verbose_name='person')),
                ('person_en', models.CharField(blank=True, max_length=200, null=True, verbose_name='person')),
                ('office', models.CharField(blank=True, max_length=250, verbose_name='office')),
                ('office_fr', models.CharField(blank=True, max_length=250, null=True, verbose_name='office')),
                ('office_ar', models.CharField(blank=True, max_length=250, null=True, verbose_name='office')),
                ('office_en', models.CharField(blank=True, max_length=250, null=True, verbose_name='office')),
                ('undertaking', models.TextField(blank=True, verbose_name='what it undertakes')),
                ('undertaking_fr', models.TextField(blank=True, null=True, verbose_name='what it undertakes')),
                ('undertaking_ar', models.TextField(blank=True, null=True, verbose_name='what it undertakes')),
                ('undertaking_en', models.TextField(blank=True, null=True, verbose_name='what it undertakes')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='programmes.agreement', verbose_name='agreement')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='programmes.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'signature',
                'verbose_name_plural': 'signatures',
                'ordering': ['agreement', 'organisation'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.AddField(
            model_name='programme',
            name='sources',
            field=models.ManyToManyField(blank=True, related_name='programmes', to='programmes.source', verbose_name='sources'),
        ),
        migrations.AddField(
            model_name='centre',
            name='sources',
            field=models.ManyToManyField(blank=True, related_name='centres', to='programmes.source', verbose_name='sources'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='sources',
            field=models.ManyToManyField(blank=True, related_name='agreements', to='programmes.source', verbose_name='sources'),
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='number')),
                ('name', models.CharField(max_length=250, verbose_name='name')),
                ('name_fr', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('name_ar', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=250, null=True, verbose_name='name')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='programmes.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'stage',
                'verbose_name_plural': 'stages',
                'ordering': ['programme', 'number'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.AddField(
            model_name='programme',
            name='territories',
            field=models.ManyToManyField(blank=True, related_name='programmes', to='programmes.territory', verbose_name='territories'),
        ),
        migrations.AddField(
            model_name='centre',
            name='serves',
            field=models.ManyToManyField(blank=True, related_name='serving_centres', to='programmes.territory', verbose_name='territories served'),
        ),
        migrations.AddField(
            model_name='centre',
            name='territory',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='centres', to='programmes.territory', verbose_name='territory'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.UniqueConstraint(fields=('programme', 'organisation', 'role'), name='participation_unique'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('agreement', 'organisation'), name='signature_unique'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_public', True), ('sealed_at__isnull', False)), models.Q(('is_public', False), ('sealed_at__isnull', True), ('withdrawn_at__isnull', True)), _connector='OR'), name='agreement_shown_is_sealed', violation_error_message='A record is shown by a step of review, and can then only be withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('date_from__isnull', True), ('date_on__isnull', True), ('date_precision', 'unknown')), models.Q(('date_from__isnull', False), ('date_on__gte', models.F('date_from')), ('date_precision', 'span')), models.Q(('date_from__isnull', True), ('date_on__isnull', False), ('date_precision__in', ['day', 'month', 'year', 'training_year'])), _connector='OR'), name='agreement_date_precision', violation_error_message='A date and its precision do not go together; enter the date again.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_from__isnull', True), ('end_on__isnull', True), ('end_precision', 'unknown')), models.Q(('end_from__isnull', False), ('end_on__gte', models.F('end_from')), ('end_precision', 'span')), models.Q(('end_from__isnull', True), ('end_on__isnull', False), ('end_precision__in', ['day', 'month', 'year', 'training_year'])), _connector='OR'), name='agreement_end_precision', violation_error_message='A date and its precision do not go together; enter the date again.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='agreement_not_its_own_parent', violation_error_message='An agreement cannot be made under itself.'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.UniqueConstraint(fields=('programme', 'number'), name='stage_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='stage_number_from_one'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_public', True), ('sealed_at__isnull', False)), models.Q(('is_public', False), ('sealed_at__isnull', True), ('withdrawn_at__isnull', True)), _connector='OR'), name='programme_shown_is_sealed', violation_error_message='A record is shown by a step of review, and can then only be withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('start_from__isnull', True), ('start_on__isnull', True), ('start_precision', 'unknown')), models.Q(('start_from__isnull', False), ('start_on__gte', models.F('start_from')), ('start_precision', 'span')), models.Q(('start_from__isnull', True), ('start_on__isnull', False), ('start_precision__in', ['day', 'month', 'year', 'training_year'])), _connector='OR'), name='programme_start_precision', violation_error_message='A date and its precision do not go together; enter the date again.'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_from__isnull', True), ('end_on__isnull', True), ('end_precision', 'unknown')), models.Q(('end_from__isnull', False), ('end_on__gte', models.F('end_from')), ('end_precision', 'span')), models.Q(('end_from__isnull', True), ('end_on__isnull', False), ('end_precision__in', ['day', 'month', 'year', 'training_year'])), _connector='OR'), name='programme_end_precision', violation_error_message='A date and its precision do not go together; enter the date again.'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(('start_on__isnull', True), ('end_on__isnull', True), ('end_on__gte', models.F('start_on')), _connector='OR'), name='programme_end_not_before_start', violation_error_message='The end lies before the start. Check both dates.'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='programme_not_its_own_parent', violation_error_message='A programme cannot be part of itself.'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_public', True), ('sealed_at__isnull', False)), models.Q(('is_public', False), ('sealed_at__isnull', True), ('withdrawn_at__isnull', True)), _connector='OR'), name='centre_shown_is_sealed', violation_error_message='A record is shown by a step of review, and can then only be withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'annex'), ('parent__isnull', False)), models.Q(models.Q(('kind', 'annex'), _negated=True), ('parent__isnull', True)), _connector='OR'), name='centre_annex_has_parent', violation_error_message='An annex names the centre it belongs to; any other centre names none.'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__gte', -90), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__lte', 180)), _connector='OR'), name='centre_coordinates_whole', violation_error_message='Give both latitude and longitude in degrees, or neither.'),
        ),
    ]
