"""Series, targets and what was announced of them; figures; milestones; replies."""

import django.core.validators
import django.db.models.deletion
import programmes.models.columns
import programmes.models.measurement
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('programmes', '0002_programmes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted for review'), ('returned', 'returned'), ('published', 'published'), ('superseded', 'superseded'), ('set_aside', 'set aside'), ('withdrawn', 'withdrawn')], default='draft', editable=False, max_length=10, verbose_name='state')),
                ('outcome_reason', models.TextField(blank=True, editable=False, help_text='Why it was superseded, set aside or withdrawn. Public.', verbose_name='reason of the outcome')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
                ('ended_at', models.DateTimeField(editable=False, help_text='When it was superseded, set aside or withdrawn.', null=True, verbose_name='ended at')),
                ('confirmation', models.TextField(blank=True, db_default='', default='', editable=False, help_text='What the reviewer found who looked at an unusual value.', verbose_name='why it is right, though unusual')),
                ('entered_at', models.DateTimeField(auto_now_add=True, verbose_name='entered at')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
                ('ref', models.CharField(default=programmes.models.measurement.new_reference, editable=False, max_length=12, unique=True, verbose_name='reference')),
                ('period_start', models.DateField(blank=True, null=True, verbose_name='start of the period')),
                ('as_of_on', models.DateField(blank=True, null=True, verbose_name='as of')),
                ('as_of_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('training_year', 'training year'), ('span', 'span'), ('unknown', 'unknown')], default='unknown', max_length=13, verbose_name='precision')),
                ('as_of_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('value', programmes.models.columns.QuantityField(blank=True, null=True, verbose_name='value')),
                ('numerator', programmes.models.columns.QuantityField(blank=True, null=True, verbose_name='numerator')),
                ('denominator', programmes.models.columns.QuantityField(blank=True, null=True, verbose_name='denominator')),
                ('qualifier', models.CharField(choices=[('exactly', 'exactly'), ('about', 'about'), ('more_than', 'more than'), ('at_least', 'at least'), ('up_to', 'up to'), ('less_than', 'less than')], default='exactly', max_length=10, verbose_name='qualifier')),
                ('note', models.CharField(blank=True, help_text='A few words beside the figure. Public.', max_length=300, verbose_name='note')),
                ('reason', models.TextField(blank=True, default='', help_text='Why the earlier entry was wrong. Public.', verbose_name='reason of the correction')),
                ('changed_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                ('entered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('supersedes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='programmes.measurement', verbose_name='corrects')),
            ],
            options={
                'verbose_name': 'measurement',
                'verbose_name_plural': 'measurements',
                'ordering': ['-as_of_on', '-id'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export', 'submit', 'publish'),
            },
        ),
        migrations.CreateModel(
            name='MeasurementShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', programmes.models.columns.QuantityField(verbose_name='value')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='programmes.category', verbose_name='category')),
                ('measurement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='programmes.measurement', verbose_name='measurement')),
            ],
            options={
                'verbose_name': 'share of a measurement',
                'verbose_name_plural': 'shares of measurements',
                'ordering': ['measurement', 'category'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('is_public', models.BooleanField(default=False, editable=False, verbose_name='shown to the public')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='withdrawn since')),
                ('code', programmes.models.columns.CodeField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('kind', models.CharField(choices=[('signature', 'signature'), ('works_start', 'start of works'), ('handover', 'handover'), ('opening', 'opening to trainees'), ('inauguration', 'inauguration'), ('launch', 'launch'), ('closing', 'closing'), ('other', 'other')], max_length=12, verbose_name='kind')),
                ('title', models.CharField(max_length=250, verbose_name='title')),
                ('title_fr', models.CharField(max_length=250, null=True, verbose_name='title')),
                ('title_ar', models.CharField(max_length=250, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=250, null=True, verbose_name='title')),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='programmes.agreement', verbose_name='agreement')),
                ('centre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='programmes.centre', verbose_name='centre')),
                ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='programmes.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'milestone',
                'verbose_name_plural': 'milestones',
                'ordering': ['code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('code', programmes.models.columns.CodeField(max_length=120, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('role', models.CharField(choices=[('progress', 'progress'), ('context', 'context, never progress')], default='progress', max_length=8, verbose_name='role')),
                ('figures', models.CharField(choices=[('own', 'reported for it'), ('parts', 'sum of its part series'), ('milestones', 'counted from openings')], default='own', max_length=10, verbose_name='where its figures come from')),
                ('counted_kind', models.CharField(blank=True, choices=[('city', 'city of trades and skills'), ('annex', 'annex'), ('institute', 'specialised institute'), ('school', 'school'), ('centre', 'training centre'), ('boarding', 'boarding house'), ('other', 'other')], help_text='Where it counts the openings of centres: their kind. Figures that are reported are checked against them.', max_length=10, verbose_name='centres counted')),
                ('interval_months', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1)], verbose_name='reporting interval in months')),
                ('delay_days', models.PositiveSmallIntegerField(default=0, help_text='A result is awaited so long after the due date before it is called missing.', verbose_name='days until a figure is usually available')),
                ('name', models.CharField(blank=True, help_text="The label a sentence starts with; empty: the indicator's.", max_length=250, verbose_name='name')),
                ('name_fr', models.CharField(blank=True, help_text="The label a sentence starts with; empty: the indicator's.", max_length=250, null=True, verbose_name='name')),
                ('name_ar', models.CharField(blank=True, help_text="The label a sentence starts with; empty: the indicator's.", max_length=250, null=True, verbose_name='name')),
                ('name_en', models.CharField(blank=True, help_text="The label a sentence starts with; empty: the indicator's.", max_length=250, null=True, verbose_name='name')),
                ('centre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='series', to='programmes.centre', verbose_name='centre')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='programmes.indicator', verbose_name='indicator')),
                ('part_of', models.ForeignKey(blank=True, help_text='The series of a larger territory that is the sum of its parts, this one among them.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='programmes.series', verbose_name='part of the sum')),
                ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='series', to='programmes.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'series',
                'verbose_name_plural': 'followed series',
                'ordering': ['code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.AddField(
            model_name='measurement',
            name='series',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='programmes.series', verbose_name='series'),
        ),
        migrations.CreateModel(
            name='MilestoneStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted for review'), ('returned', 'returned'), ('published', 'published'), ('superseded', 'superseded'), ('set_aside', 'set aside'), ('withdrawn', 'withdrawn')], default='draft', editable=False, max_length=10, verbose_name='state')),
                ('outcome_reason', models.TextField(blank=True, editable=False, help_text='Why it was superseded, set aside or withdrawn. Public.', verbose_name='reason of the outcome')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
                ('ended_at', models.DateTimeField(editable=False, help_text='When it was superseded, set aside or withdrawn.', null=True, verbose_name='ended at')),
                ('confirmation', models.TextField(blank=True, db_default='', default='', editable=False, help_text='What the reviewer found who looked at an unusual value.', verbose_name='why it is right, though unusual')),
                ('entered_at', models.DateTimeField(auto_now_add=True, verbose_name='entered at')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
                ('number', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='number')),
                ('kind', models.CharField(choices=[('planned', 'planned'), ('reached', 'reached'), ('cancelled', 'cancelled')], max_length=10, verbose_name='kind')),
                ('date_on', models.DateField(blank=True, null=True, verbose_name='date')),
                ('date_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('training_year', 'training year'), ('span', 'span'), ('unknown', 'unknown')], default='unknown', max_length=13, verbose_name='precision')),
                ('date_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('date_text', models.CharField(blank=True, max_length=120, verbose_name='date as printed')),
                ('announced_on', models.DateField(blank=True, null=True, verbose_name='announced on')),
                ('announced_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('training_year', 'training year'), ('span', 'span'), ('unknown', 'unknown')], default='unknown', max_length=13, verbose_name='precision')),
                ('announced_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('wording', models.TextField(blank=True, verbose_name='wording as printed')),
                ('wording_language', models.CharField(blank=True, choices=[('fr', 'French'), ('ar', 'Arabic'), ('en', 'English'), ('es', 'Spanish')], max_length=8, verbose_name='language of the wording')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('changed_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='programmes.milestonestatement', verbose_name='corrects')),
                ('entered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('milestone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='programmes.milestone', verbose_name='milestone')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='milestone_statements', to='programmes.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'milestone statement',
                'verbose_name_plural': 'milestone statements',
                'ordering': ['milestone', 'number'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export', 'submit', 'publish'),
            },
        ),
        migrations.AddField(
            model_name='measurement',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='programmes.source', verbose_name='source'),
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_at', models.DateTimeField(editable=False, null=True, verbose_name='relied on since')),
                ('is_public', models.BooleanField(default=False, editable=False, verbose_name='shown to the public')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='withdrawn since')),
                ('code', programmes.models.columns.CodeField(max_length=120, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='programmes.agreement', verbose_name='made in')),
                ('responsible', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='programmes.organisation', verbose_name='responsible')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='programmes.series', verbose_name='series')),
                ('share_of', models.ForeignKey(blank=True, help_text='The larger target of which this one was announced as a share.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='programmes.target', verbose_name='announced share of')),
            ],
            options={
                'verbose_name': 'target',
                'verbose_name_plural': 'targets',
                'ordering': ['code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted for review'), ('returned', 'returned'), ('published', 'published'), ('superseded', 'superseded'), ('set_aside', 'set aside'), ('withdrawn', 'withdrawn')], default='draft', editable=False, max_length=10, verbose_name='state')),
                ('outcome_reason', models.TextField(blank=True, editable=False, help_text='Why it was superseded, set aside or withdrawn. Public.', verbose_name='reason of the outcome')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
                ('ended_at', models.DateTimeField(editable=False, help_text='When it was superseded, set aside or withdrawn.', null=True, verbose_name='ended at')),
                ('confirmation', models.TextField(blank=True, db_default='', default='', editable=False, help_text='What the reviewer found who looked at an unusual value.', verbose_name='why it is right, though unusual')),
                ('entered_at', models.DateTimeField(auto_now_add=True, verbose_name='entered at')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
                ('code', programmes.models.columns.CodeField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa.')], verbose_name='code')),
                ('date_on', models.DateField(blank=True, null=True, verbose_name='date')),
                ('date_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('training_year', 'training year'), ('span', 'span'), ('unknown', 'unknown')], default='unknown', max_length=13, verbose_name='precision')),
                ('date_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('text', models.TextField(verbose_name='text')),
                ('text_fr', models.TextField(null=True, verbose_name='text')),
                ('text_ar', models.TextField(null=True, verbose_name='text')),
                ('text_en', models.TextField(null=True, verbose_name='text')),
                ('changed_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                ('entered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('milestone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='programmes.milestone', verbose_name='milestone')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='programmes.organisation', verbose_name='organisation')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='programmes.source', verbose_name='source')),
                ('target', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='programmes.target', verbose_name='target')),
            ],
            options={
                'verbose_name': 'reply',
                'verbose_name_plural': 'replies',
                'ordering': ['-date_on', 'code'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export', 'submit', 'publish'),
            },
        ),
        migrations.CreateModel(
            name='TargetRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted for review'), ('returned', 'returned'), ('published', 'published'), ('superseded', 'superseded'), ('set_aside', 'set aside'), ('withdrawn', 'withdrawn')], default='draft', editable=False, max_length=10, verbose_name='state')),
                ('outcome_reason', models.TextField(blank=True, editable=False, help_text='Why it was superseded, set aside or withdrawn. Public.', verbose_name='reason of the outcome')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
                ('ended_at', models.DateTimeField(editable=False, help_text='When it was superseded, set aside or withdrawn.', null=True, verbose_name='ended at')),
                ('confirmation', models.TextField(blank=True, db_default='', default='', editable=False, help_text='What the reviewer found who looked at an unusual value.', verbose_name='why it is right, though unusual')),
                ('entered_at', models.DateTimeField(auto_now_add=True, verbose_name='entered at')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
                ('number', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='number')),
                ('kind', models.CharField(choices=[('announced', 'announced'), ('correction', 'correction of an entry'), ('abandoned', 'abandoned')], default='announced', max_length=10, verbose_name='kind')),
                ('value', programmes.models.columns.QuantityField(blank=True, null=True, verbose_name='value')),
                ('qualifier', models.CharField(choices=[('exactly', 'exactly'), ('about', 'about'), ('more_than', 'more than'), ('at_least', 'at least'), ('up_to', 'up to'), ('less_than', 'less than')], default='exactly', max_length=10, verbose_name='qualifier')),
                ('sense', models.CharField(choices=[('at_least', 'at least'), ('at_most', 'at most')], default='at_least', max_length=8, verbose_name='sense')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due date')),
                ('due_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('training_year', 'training year'), ('span', 'span'), ('unknown', 'unknown')], default='unknown', max_length=13, verbose_name='precision')),
                ('due_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('due_text', models.CharField(blank=True, max_length=120, verbose_name='due date as printed')),
                ('baseline', programmes.models.columns.QuantityField(blank=True, null=True, verbose_name='baseline')),
                ('baseline_on', models.DateField(blank=True, null=True, verbose_name='date of the baseline')),
                ('definition', models.TextField(blank=True, verbose_name='definition')),
                ('wording', models.TextField(blank=True, verbose_name='wording as printed')),
                ('wording_language', models.CharField(blank=True, choices=[('fr', 'French'), ('ar', 'Arabic'), ('en', 'English'), ('es', 'Spanish')], max_length=8, verbose_name='language of the wording')),
                ('announced_on', models.DateField(blank=True, null=True, verbose_name='announced on')),
                ('announced_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('training_year', 'training year'), ('span', 'span'), ('unknown', 'unknown')], default='unknown', max_length=13, verbose_name='precision')),
                ('announced_from', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('reason', models.TextField(blank=True, verbose_name='reason of the revision')),
                ('changed_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='programmes.targetrevision', verbose_name='corrects')),
                ('entered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='target_revisions', to='programmes.source', verbose_name='source')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='programmes.target', verbose_name='target')),
            ],
            options={
                'verbose_name': 'target revision',
                'verbose_name_plural': 'target revisions',
                'ordering': ['target', 'number'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export', 'submit', 'publish'),
            },
        ),
        migrations.AddField(
            model_name='target',
            name='original',
            field=models.ForeignKey(editable=False, help_text='The earliest of those published on the day it was first published.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.targetrevision', verbose_name='original announcement'),
        ),
        migrations.AddField(
            model_name='series',
            name='areas',
            field=models.ManyToManyField(blank=True, related_name='area_series', to='programmes.territory', verbose_name='territories covered'),
        ),
        migrations.AddField(
            model_name='series',
            name='territory',
            field=models.ForeignKey(help_text='Where the figure covers several territories: the smallest that holds them all.', on_delete=django.db.models.deletion.PROTECT, related_name='series', to='programmes.territory', verbose_name='territory'),
        ),
        migrations.CreateModel(
            name='Waypoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='date')),
                ('value', programmes.models.columns.QuantityField(verbose_name='value')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waypoints', to='programmes.targetrevision', verbose_name='revision')),
            ],
            options={
                'verbose_name': 'waypoint',
                'verbose_name_plural': 'waypoints',
                'ordering': ['revision', 'on'],
                'default_permissions': ('add', 'change', 'delete', 'view', 'import', 'export'),
            },
        ),
        migrations.AddConstraint(
            model_name='measurementshare',
            constraint=models.UniqueConstraint(fields=('measurement', 'category'), name='measurement_share_unique'),
        ),
        migrations.AddConstraint(
            model_name='measurementshare',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='measurement_share_not_negative', violation_error_message='A share cannot be below zero.'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_public', True), ('sealed_at__isnull', False)), models.Q(('is_public', False), ('sealed_at__isnull', True), ('withdrawn_at__isnull', True)), _connector='OR'), name='milestone_shown_is_sealed', violation_error_message='A record is shown by a step of review, and can then only be withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreement__isnull', True), ('centre__isnull', True), ('programme__isnull', False)), models.Q(('agreement__isnull', True), ('centre__isnull', False), ('programme__isnull', True)), models.Q(('agreement__isnull', False), ('centre__isnull', True), ('programme__isnull', True)), _connector='OR'), name='milestone_of_one_thing', violation_error_message='Name one of programme, centre or agreement, and only one.'),
        ),
        migrations.AddIndex(
            model_name='milestonestatement',
            index=models.Index(fields=['state', 'announced_on'], name='milestone_stmt_published'),
        ),
        migrations.AddConstraint(
            model_name='milestonestatement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('date_from__isnull', True), ('date_on__isnull', True), ('date_precision', 'unknown')), models.Q(('date_from__isnull', False), ('date_on__gte', models.F('date_from')), ('date_precision', 'span')), models.Q(('date_from__isnull', True), ('date_on__isnull', False), ('date_precision__in', ['day', 'month', 'year', 'training_year'])), _connector='OR'), name='milestone_statement_date_precision', violation_error_message='A date and its precision do not go together; enter the date again.'),
        ),
        migrations.AddConstraint(
            model_name='milestonestatement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('announced_from__isnull', True), ('announced_on__isnull', True), ('announced_precision', 'unknown')), models.Q(('announced_from__isnull', False), ('announced_on__gte', models.F('announced_from')), ('announced_precision', 'span')), models.Q(('announced_from__isnull', True), ('announced_on__isnull', False), ('announced_precision__in', ['day', 'month', 'year', 'training_year'])), _connector='OR'), name='milestone_statement_announced_precision', violation_error_message='A date and its precision do not go together; enter the date again.'),
        ),
        migrations.AddConstraint(
            model_name='milestonestatement',
            constraint=models.UniqueConstraint(fields=('milestone', 'number'), name='milestone_statement_number_unique', violation_error_message='This milestone already has a statement of that number.'),
        ),
        migrations.AddConstraint(
            model_name='milestonestatement',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='milestone_statement_number_from_one'),
        ),
        migrations.AddConstraint(
            model_name='milestonestatement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'reached'), _negated=True), ('date_on__isnull', False), _connector='OR'), name='milestone_statement_reached_is_dated', violation_error_message='Say when it was reached.'),
        ),
        migrations.AddConstraint(
            model_name='milestonestatement',
            constraint=models.CheckConstraint(condition=models.Q(('announced_on__isnull', False)), name='milestone_statement_is_dated', violation_error_message='Give the date of the announcement.'),
        ),
        migrations.AddConstraint(
            model_name='milestonestatement',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('corrects',), name='milestone_statement_one_published_correction', violation_error_message='This entry was corrected already. Correct the entry that took its place.'),
        ),
        migrations.AddIndex(
            model_name='measurement',
            index=models.Index(models.F('series'), models.OrderBy(models.F('as_of_on'), descending=True), models.OrderBy(models.F('id'), descending=True), name='measurement_latest'),
        ),
        migrations.AddIndex(
            model_name='measurement',
            index=models.Index(fields=['-as_of_on', '-id'], name='measurement_newest'),
        ),
        migrations.AddIndex(
            model_name='measurement',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['series', 'value'], name='measurement_reached'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('as_of_from__isnull', True), ('as_of_on__isnull', True), ('as_of_precision', 'unknown')), models.Q(('as_of_from__isnull', False), ('as_of_on__gte', models.F('as_of_from')), ('as_of_precision', 'span')), models.Q(('as_of_from__isnull', True), ('as_of_on__isnull', False), ('as_of_precision__in', ['day', 'month', 'year', 'training_year'])), _connector='OR'), name='measurement_as_of_precision', violation_error_message='A date and its precision do not go together; enter the date again.'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(('as_of_on__isnull', False)), name='measurement_is_dated', violation_error_message='Give the date that the figure speaks of.'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('denominator__isnull', True), ('numerator__isnull', True), ('value__isnull', False)), models.Q(('denominator__isnull', False), ('numerator__isnull', False), ('value__isnull', True)), _connector='OR'), name='measurement_value_or_fraction', violation_error_message='Give either a value, or a numerator with its denominator.'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(('denominator__isnull', True), ('denominator__gt', 0), _connector='OR'), name='measurement_denominator_positive', violation_error_message='The denominator is how many there are in all: it must be above zero.'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(('period_start__isnull', True), ('period_start__lte', models.F('as_of_on')), _connector='OR'), name='measurement_period_starts_before_its_end', violation_error_message='The period starts after its end. Check both dates.'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.UniqueConstraint(condition=models.Q(('period_start__isnull', False), ('state', 'published')), fields=('series', 'period_start', 'as_of_on'), name='measurement_one_published_per_period', violation_error_message='A figure is already published for this series, period and date.'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.UniqueConstraint(condition=models.Q(('period_start__isnull', True), ('state', 'published')), fields=('series', 'as_of_on'), name='measurement_one_published_per_date', violation_error_message='A figure is already published for this series and date.'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('supersedes',), name='measurement_one_published_correction', violation_error_message='This entry was corrected already. Correct the entry that took its place.'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('date_from__isnull', True), ('date_on__isnull', True), ('date_precision', 'unknown')), models.Q(('date_from__isnull', False), ('date_on__gte', models.F('date_from')), ('date_precision', 'span')), models.Q(('date_from__isnull', True), ('date_on__isnull', False), ('date_precision__in', ['day', 'month', 'year', 'training_year'])), _connector='OR'), name='reply_date_precision', violation_error_message='A date and its precision do not go together; enter the date again.'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('date_on__isnull', False)), name='reply_is_dated', violation_error_message='Give the date of the reply.'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('milestone__isnull', True), ('target__isnull', False)), models.Q(('milestone__isnull', False), ('target__isnull', True)), _connector='OR'), name='reply_to_one_thing', violation_error_message='Name a target or a milestone, and only one.'),
        ),
        migrations.AddIndex(
            model_name='targetrevision',
            index=models.Index(fields=['state', 'announced_on'], name='target_revision_published'),
        ),
        migrations.AddConstraint(
            model_name='targetrevision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_from__isnull', True), ('due_on__isnull', True), ('due_precision', 'unknown')), models.Q(('due_from__isnull', False), ('due_on__gte', models.F('due_from')), ('due_precision', 'span')), models.Q(('due_from__isnull', True), ('due_on__isnull', False), ('due_precision__in', ['day', 'month', 'year', 'training_year'])), _connector='OR'), name='target_revision_due_precision', violation_error_message='A date and its precision do not go together; enter the date again.'),
        ),
        migrations.AddConstraint(
            model_name='targetrevision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('announced_from__isnull', True), ('announced_on__isnull', True), ('announced_precision', 'unknown')), models.Q(('announced_from__isnull', False), ('announced_on__gte', models.F('announced_from')), ('announced_precision', 'span')), models.Q(('announced_from__isnull', True), ('announced_on__isnull', False), ('announced_precision__in', ['day', 'month', 'year', 'training_year'])), _connector='OR'), name='target_revision_announced_precision', violation_error_message='A date and its precision do not go together; enter the date again.'),
        ),
        migrations.AddConstraint(
            model_name='targetrevision',
            constraint=models.UniqueConstraint(fields=('target', 'number'), name='target_revision_number_unique', violation_error_message='This target already has a revision of that number.'),
        ),
        migrations.AddConstraint(
            model_name='targetrevision',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='target_revision_number_from_one'),
        ),
        migrations.AddConstraint(
            model_name='targetrevision',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'abandoned'), ('value__isnull', False), _connector='OR'), name='target_revision_has_value', violation_error_message='Give the promised value; only a target that is abandoned has none.'),
        ),
        migrations.AddConstraint(
            model_name='targetrevision',
            constraint=models.CheckConstraint(condition=models.Q(('announced_on__isnull', False)), name='target_revision_is_dated', violation_error_message='Give the date of the announcement.'),
        ),
        migrations.AddConstraint(
            model_name='targetrevision',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'abandoned'), models.Q(('sense', 'at_most'), _negated=True), ('baseline__isnull', False), _connector='OR'), name='target_revision_at_most_has_baseline', violation_error_message='“At most” needs a baseline: give the value from which it counts down.'),
        ),
        migrations.AddConstraint(
            model_name='targetrevision',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__isnull', True), ('baseline_on__isnull', True), ('due_on__gte', models.F('baseline_on')), _connector='OR'), name='target_revision_due_after_baseline', violation_error_message='The due date lies before the date of the baseline. Check both dates.'),
        ),
        migrations.AddConstraint(
            model_name='targetrevision',
            constraint=models.CheckConstraint(condition=models.Q(('baseline_on__isnull', True), ('baseline__isnull', False), _connector='OR'), name='target_revision_baseline_date_has_value', violation_error_message='A date of the baseline needs the value of the baseline.'),
        ),
        migrations.AddConstraint(
            model_name='targetrevision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', False), ('kind', 'correction')), models.Q(models.Q(('kind', 'correction'), _negated=True), ('corrects__isnull', True)), _connector='OR'), name='target_revision_correction_names_revision', violation_error_message='A correction names the revision it corrects; any other revision names none.'),
        ),
        migrations.AddConstraint(
            model_name='targetrevision',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('corrects',), name='target_revision_one_published_correction', violation_error_message='This entry was corrected already. Correct the entry that took its place.'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_public', True), ('sealed_at__isnull', False)), models.Q(('is_public', False), ('sealed_at__isnull', True), ('withdrawn_at__isnull', True)), _connector='OR'), name='target_shown_is_sealed', violation_error_message='A record is shown by a step of review, and can then only be withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(('share_of__isnull', True), models.Q(('share_of', models.F('id')), _negated=True), _connector='OR'), name='target_not_share_of_itself', violation_error_message='A target cannot be a share of itself.'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(('interval_months__gte', 1)), name='series_interval_from_one_month'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(('part_of__isnull', True), models.Q(('part_of', models.F('id')), _negated=True), _connector='OR'), name='series_not_part_of_itself', violation_error_message='A series cannot be part of itself, nor of its own parts.'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(('figures', 'own'), models.Q(('figures', 'milestones'), models.Q(('counted_kind', ''), _negated=True)), models.Q(('figures', 'parts'), ('counted_kind', '')), _connector='OR'), name='series_counted_names_kind', violation_error_message='A series counted from openings names the kind of centres it counts; a sum names none.'),
        ),
        migrations.AddConstraint(
            model_name='waypoint',
            constraint=models.UniqueConstraint(fields=('revision', 'on'), name='waypoint_date_unique'),
        ),
    ]
