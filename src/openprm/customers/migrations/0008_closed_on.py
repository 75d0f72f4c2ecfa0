"""The day on which opportunities were closed: their close date, and of those without one nobody knows it."""

from django.db import migrations, models

KNOWN = """
update customers_opportunity set closed_on = close_date where not is_open and close_date <= current_date
"""


class Migration(migrations.Migration):

    dependencies = [("customers", "0007_kin_at_once")]

    operations = [
        migrations.AddField(
            model_name="opportunity",
            name="closed_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_open", False), ("closed_on__isnull", True), _connector="OR"),
                name="opportunity_open_is_not_closed_yet",
            ),
        ),
    ]
