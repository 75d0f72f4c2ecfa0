"""Partner companies, and what other systems call them."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
import openprm.kernel.ids
from django.db import migrations, models

from openprm.kernel.access import Protect


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('legal_name', models.CharField(max_length=200)),
                ('trading_name', models.CharField(blank=True, max_length=200)),
                ('name', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf('trading_name', models.Value('')), 'legal_name'), output_field=models.CharField(max_length=200))),
                ('website', models.URLField(blank=True, max_length=300)),
                ('domain', models.CharField(blank=True, max_length=253)),
                ('logo', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='kernel.storedfile')),
                ('country', models.CharField(max_length=2)),
                ('region', models.CharField(blank=True, max_length=20)),
                ('partner_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('business_models', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('verticals', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('tier', models.CharField(choices=[('registered', 'Registered'), ('silver', 'Silver'), ('gold', 'Gold'), ('platinum', 'Platinum')], default='registered', max_length=40)),
                ('status', models.CharField(choices=[('prospect', 'Prospect'), ('applicant', 'Applicant'), ('active', 'Active'), ('suspended', 'Suspended'), ('terminated', 'Terminated')], default='prospect', max_length=12)),
                ('status_since', models.DateTimeField(default=django.utils.timezone.now)),
                ('status_reason', models.CharField(blank=True, max_length=40)),
                ('status_note', models.CharField(blank=True, max_length=500)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resellers', to='partners.partner')),
            ],
        ),
        migrations.CreateModel(
            name='ExternalId',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('system', models.CharField(max_length=40)),
                ('value', models.CharField(max_length=200)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_ids', to='partners.partner')),
            ],
        ),
        migrations.AddIndex(
            model_name='partner',
            index=models.Index(fields=['name', 'id'], name='partner_name'),
        ),
        migrations.AddIndex(
            model_name='partner',
            index=models.Index(fields=['status', 'name'], name='partner_status'),
        ),
        migrations.AddIndex(
            model_name='partner',
            index=models.Index(fields=['country'], name='partner_country'),
        ),
        migrations.AddIndex(
            model_name='partner',
            index=models.Index(fields=['domain'], name='partner_domain'),
        ),
        migrations.AddIndex(
            model_name='partner',
            index=django.contrib.postgres.indexes.GinIndex(fields=['partner_types'], name='partner_types'),
        ),
        migrations.AddIndex(
            model_name='partner',
            index=django.contrib.postgres.indexes.GinIndex(fields=['business_models'], name='partner_models'),
        ),
        migrations.AddIndex(
            model_name='partner',
            index=django.contrib.postgres.indexes.GinIndex(fields=['verticals'], name='partner_verticals'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.CheckConstraint(condition=models.Q(('legal_name', ''), _negated=True), name='partner_has_a_legal_name'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='partner_country_is_iso'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['prospect', 'applicant', 'active', 'suspended', 'terminated'])), name='partner_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('pk')), _negated=True), _connector='OR'), name='partner_not_its_own_parent'),
        ),
        migrations.AddConstraint(
            model_name='externalid',
            constraint=models.UniqueConstraint(fields=('system', 'value'), name='external_id_means_one_partner'),
        ),
        migrations.AddConstraint(
            model_name='externalid',
            constraint=models.UniqueConstraint(fields=('partner', 'system'), name='one_external_id_per_system'),
        ),
        migrations.AddConstraint(
            model_name='externalid',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('value', ''), _negated=True), models.Q(('system', ''), _negated=True)), name='external_id_not_empty'),
        ),
        Protect("partners_partner", column="id", partner="reads"),
        Protect("partners_externalid", partner=None),
    ]
