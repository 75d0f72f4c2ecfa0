"""A lasting code for rules of extensions, by which files and other servers speak of them."""

from django.db import migrations

from openprm.kernel.codes import added


class Migration(migrations.Migration):

    dependencies = [("extensions", "0001_initial")]

    operations = added("extensions", "extensionrule")
