"""Which due date of a decision was announced as overdue."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("deals", "0010_verdict_at")]

    operations = [
        migrations.AddField(
            model_name="dealregistration",
            name="overdue_told",
            field=models.DateTimeField(null=True),
        ),
    ]
