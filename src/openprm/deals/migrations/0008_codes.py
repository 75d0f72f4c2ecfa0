"""A lasting code for approval rules, by which files and other servers speak of them."""

from django.db import migrations

from openprm.kernel.codes import added


class Migration(migrations.Migration):

    dependencies = [("deals", "0007_tiers")]

    operations = added("deals", "approvalrule")
