"""A verdict is told at a moment: at submission, or anew when the partner answered a question."""

from django.db import migrations, models

TOLD_AT_SUBMISSION = "update deals_dealregistration set verdict_at = submitted_at where verdict <> ''"


class Migration(migrations.Migration):
    dependencies = [("deals", "0009_notices")]

    operations = [
        migrations.AddField(
            model_name="dealregistration",
            name="verdict_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(TOLD_AT_SUBMISSION, migrations.RunSQL.noop),
    ]
