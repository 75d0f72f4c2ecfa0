"""Accounts that went into others."""

import django.db.models.deletion
import django.utils.timezone
import openprm.kernel.ids
from django.db import migrations, models

from openprm.kernel.access import Protect


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0004_blind'),
    ]

    operations = [
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('merged_id', models.UUIDField()),
                ('name', models.CharField(max_length=300)),
                ('external_id', models.CharField(max_length=100, null=True)),
                ('values', models.JSONField()),
                ('changes', models.JSONField(default=dict)),
                ('moved', models.JSONField(default=dict)),
                ('decisions', models.JSONField(default=list)),
                ('why', models.TextField(blank=True, max_length=2000)),
                ('merged_at', models.DateTimeField()),
                ('person_id', models.UUIDField(null=True)),
                ('person_name', models.CharField(max_length=200)),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.CharField(blank=True, max_length=200)),
                ('into', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges', to='customers.account')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('external_id__isnull', False), ('undone_at__isnull', True)), fields=['external_id'], name='merge_by_external_id')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('merged_id',), name='merge_of_an_account_once')],
            },
        ),
        Protect("customers_merge", partner=None),
    ]
