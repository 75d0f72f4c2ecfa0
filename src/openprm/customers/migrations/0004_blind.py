"""Lets companies be asked about without being named."""

import django.db.models
from django.db import migrations, models

from openprm.kernel.access import Protect


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_identity'),
    ]

    operations = [
        migrations.CreateModel(
            name='BlindName',
            fields=[
                ('pk', models.CompositePrimaryKey('digest', 'account_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('digest', models.BinaryField()),
                ('account_id', models.UUIDField(db_index=True)),
            ],
        ),
        Protect("customers_blindname", partner=None),
    ]
