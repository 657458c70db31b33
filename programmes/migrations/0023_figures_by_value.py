from django.db import migrations, models

from programmes.models.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("programmes", "0022_outcomes_kept")]

    operations = [
        AddIndexOnline(
            model_name="measurement",
            index=models.Index(fields=["value"], name="measurement_value"),
        ),
    ]
