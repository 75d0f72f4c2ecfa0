"""Previews of rules of engagement, kept."""

import django.db.models.deletion
import django.utils.timezone
import openprm.kernel.ids
from django.db import migrations, models

from openprm.kernel.access import Protect


class Migration(migrations.Migration):

    dependencies = [
        ('deals', '0005_ended_protections_move'),
        ('engagement', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RulesPreview',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('finished', 'Finished'), ('failed', 'Failed')], default='waiting', max_length=8)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('rules', models.JSONField()),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('moves', models.JSONField(default=list)),
                ('asked_by', models.CharField(max_length=200)),
                ('finished_at', models.DateTimeField(null=True)),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='engagement.ruleset')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PreviewRow',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('before', models.CharField(max_length=8)),
                ('after', models.CharField(max_length=8)),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='deals.dealregistration')),
                ('preview', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='deals.rulespreview')),
            ],
            options={
                'indexes': [models.Index(fields=['preview', 'id'], name='preview_row_order')],
            },
        ),
        Protect("deals_rulespreview", partner=None),
        Protect("deals_previewrow", partner=None),
    ]
