
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0003_roles'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name='importjob',
            name='report',
        ),
        migrations.AddField(
            model_name='importjob',
            name='columns',
            field=models.JSONField(default=list, verbose_name='columns'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='conflicts',
            field=models.JSONField(default=list, verbose_name='conflicts'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='counts',
            field=models.JSONField(default=dict, verbose_name='counts'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='detected',
            field=models.JSONField(default=dict, verbose_name='detected'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='language',
            field=models.CharField(default='fr', max_length=5, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='message',
            field=models.TextField(blank=True, verbose_name='message'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='options',
            field=models.JSONField(default=dict, verbose_name='options'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='rows_done',
            field=models.PositiveIntegerField(default=0, verbose_name='rows done'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='rows_total',
            field=models.PositiveIntegerField(default=0, verbose_name='rows in all'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='started_at',
            field=models.DateTimeField(null=True, verbose_name='started at'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='undone_at',
            field=models.DateTimeField(null=True, verbose_name='undone at'),
        ),
        migrations.AddField(
            model_name='measurement',
            name='changed_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
        migrations.AddField(
            model_name='milestonestatement',
            name='changed_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
        migrations.AddField(
            model_name='targetrevision',
            name='changed_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
        migrations.AlterField(
            model_name='importjob',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting to be checked'), ('checking', 'being checked'), ('checked', 'checked'), ('refused', 'refused'), ('applying', 'being applied'), ('conflict', 'in conflict with later changes'), ('applied', 'applied'), ('undone', 'undone')], default='waiting', max_length=8, verbose_name='state'),
        ),
        migrations.CreateModel(
            name='ImportChunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('new', 'new'), ('changed', 'changed'), ('refused', 'refused')], max_length=7)),
                ('number', models.PositiveIntegerField()),
                ('payload', models.BinaryField()),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='programmes.importjob')),
            ],
            options={
                'verbose_name': 'part of an import',
                'verbose_name_plural': 'parts of imports',
                'ordering': ['job', 'kind', 'number'],
                'constraints': [models.UniqueConstraint(fields=('job', 'kind', 'number'), name='import_chunk_unique')],
            },
        ),
    ]
