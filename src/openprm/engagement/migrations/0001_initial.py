import django.db.models.deletion
import django.utils.timezone
import openprm.kernel.ids
from django.db import migrations, models

from openprm.kernel.access import Protect


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RuleSet',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveIntegerField(unique=True)),
                ('rules', models.JSONField()),
                ('note', models.CharField(blank=True, max_length=400)),
                ('published_by', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='rule_set_counts_from_one')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('why', models.CharField(max_length=400)),
                ('held_by', models.CharField(max_length=200)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='hold', to='customers.account')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='hold_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=openprm.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('only', models.BooleanField(default=True, editable=False, unique=True)),
                ('rules', models.JSONField()),
                ('changed_by', models.CharField(blank=True, max_length=200)),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='engagement.ruleset')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('only', True)), name='draft_is_the_only_one')],
            },
        ),
        Protect("engagement_ruleset", column="id", partner=None),
        Protect("engagement_draft", column="id", partner=None),
        Protect("engagement_hold", column="id", partner=None),
    ]
