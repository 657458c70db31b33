from django.db import migrations, models

class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0012_newest_figures'),
    ]

    operations = [
        migrations.AlterField(
            model_name='importjob',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting to be checked'), ('checking', 'being checked'), ('checked', 'checked'), ('refused', 'refused'), ('applying', 'being applied'), ('conflict', 'in conflict with later changes'), ('applied', 'applied'), ('undoing', 'being undone'), ('undone', 'undone'), ('aside', 'left aside')], default='waiting', max_length=8, verbose_name='state'),
        ),
    ]
