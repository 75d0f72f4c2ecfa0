"""Which due date of a decision was announced as overdue."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("deals", "0009_notices")]

    operations = [
        migrations.AddField(
            model_name="dealregistration",
            name="overdue_told",
            field=models.DateTimeField(null=True),
        ),
    ]
