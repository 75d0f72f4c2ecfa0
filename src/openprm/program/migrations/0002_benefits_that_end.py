"""Whether the end of a benefit given by hand was announced; of those that have ended, nobody is told any more."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0005_territories"),
        ("program", "0001_initial"),
    ]

    operations = [
        migrations.AddField("benefitgrant", "over", models.BooleanField(default=False)),
        migrations.RunSQL("update program_benefitgrant set over = true where until <= now()", migrations.RunSQL.noop),
        migrations.AddIndex(
            "benefitgrant",
            models.Index(fields=["until"], condition=Q(over=False, until__isnull=False), name="grant_running_out"),
        ),
    ]
