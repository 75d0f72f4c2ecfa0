"""All notices that were given, where only the last one was remembered: they are in the log."""

import django.contrib.postgres.fields
from django.db import migrations, models

GIVEN = """
update deals_dealregistration deal set notices = array(
    select distinct case when notice like 'before:%' then
        notice || to_char(until at time zone 'UTC', ' YYYY-MM-DD HH24:MI:SS') else notice end
    from (
        select e.payload->>'notice' as notice, (e.payload->>'protected_until')::timestamptz as until
        from kernel_event e where e.subject_id = deal.id and e.name = 'deal.protection_reminded'
        union all
        select deal.notice, coalesce(
            (select min(upper(p.period)) from deals_protection p where p.deal_id = deal.id and upper(p.period) > now()),
            deal.protected_until
        )
    ) given
    where notice <> ''
)
where deal.notice <> ''
"""


class Migration(migrations.Migration):

    dependencies = [("deals", "0008_codes"), ("kernel", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="dealregistration",
            name="notices",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), default=list, size=None
            ),
        ),
        migrations.RunSQL(GIVEN, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="dealregistration", name="notice"),
    ]
