"""A lasting code for audiences, by which files and other servers speak of them."""

from django.db import migrations

from openprm.kernel.codes import added


class Migration(migrations.Migration):

    dependencies = [("partners", "0003_tiers")]

    operations = added("partners", "audience")
