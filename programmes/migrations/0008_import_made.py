import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0007_bulk_review'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='importchunk',
            name='made',
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name='importjob',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting to be checked'), ('checking', 'being checked'), ('checked', 'checked'), ('refused', 'refused'), ('applying', 'being applied'), ('conflict', 'in conflict with later changes'), ('applied', 'applied'), ('undoing', 'being undone'), ('undone', 'undone')], default='waiting', max_length=8, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='measurement',
            name='changed_by',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
        migrations.AlterField(
            model_name='measurement',
            name='series',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='programmes.series', verbose_name='series'),
        ),
        migrations.AlterField(
            model_name='milestonestatement',
            name='changed_by',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
        migrations.AlterField(
            model_name='targetrevision',
            name='changed_by',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
    ]
