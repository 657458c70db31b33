from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0008_import_made'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='measurement',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['series', 'value'], name='measurement_reached'),
        ),
    ]
