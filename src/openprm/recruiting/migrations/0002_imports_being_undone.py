"""An import of partners is taken back by a worker, so it has a state while that goes on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recruiting", "0001_initial")]

    operations = [
        migrations.AlterField(
            "partnerimport",
            "state",
            models.CharField(
                choices=[
                    ("uploaded", "To be checked"),
                    ("running", "Running"),
                    ("finished", "Finished"),
                    ("failed", "Stopped"),
                    ("undoing", "Being undone"),
                    ("undone", "Undone"),
                ],
                default="uploaded",
                max_length=9,
            ),
        ),
    ]
