"""Account teams (which need people, who need partners first) and saved audiences."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import openprm.kernel.ids
from django.conf import settings
from django.db import migrations, models

from openprm.kernel.access import Protect


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Audience',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=120)),
                ('subject', models.CharField(max_length=40)),
                ('predicate', models.JSONField()),
                ('description', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='audience_name_is_unique'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='audience_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='TeamMember',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('role', models.CharField(choices=[('channel_manager', 'Channel manager'), ('technical_account_manager', 'Technical account manager'), ('marketing_manager', 'Marketing manager')], max_length=40)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='team', to='partners.partner')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='team_memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partner', 'role'), name='one_person_per_team_role')],
            },
        ),
        Protect("partners_teammember", partner="reads"),
        Protect("partners_audience", partner=None),
    ]
