"""The cases, and the trigger on the log that keeps them."""

from django.db import migrations, models

from openprm.kernel.access import Protect

NAMES = """'deal.submitted', 'deal.approved', 'deal.rejected', 'deal.marked_duplicate', 'deal.withdrawn',
    'deal.closed_directly'"""
DECISIONS = "name in ('deal.approved', 'deal.rejected', 'deal.marked_duplicate')"

# Counting anew first takes the rows, then reads the log: of two at once, the second sees what the first committed. It is
# done as whoever announces, who may add events, and so cases, of their own company alone.
FUNCTIONS = """
create function conduct_recount(wanted uuid[]) returns void language plpgsql as $$
begin
    insert into conduct_case (deal_id, partner_id, by_people, turned_down, specific)
    select distinct on (subject_id) subject_id, partner_id, false, false, false from kernel_event
    where subject_id = any (wanted) and name in ({names}) order by subject_id, at, id
    on conflict (deal_id) do update set partner_id = excluded.partner_id;

    update conduct_case c set
        submitted_at = l.submitted_at, due_at = l.due_at, decided_at = l.decided_at,
        by_people = coalesce(l.actor_kind <> 'system', false),
        turned_down = coalesce(l.decision <> 'deal.approved', false),
        specific = coalesce(l.code not in ('', 'other'), false),
        approved_at = l.approved_at, withdrawn_at = l.withdrawn_at, closed_directly_at = l.closed_directly_at
    from (
        select subject_id, min(at) filter (where name = 'deal.submitted') as submitted_at,
            (array_agg((payload ->> 'due_at')::timestamptz order by at, id) filter (where name = 'deal.submitted'))[1]
                as due_at,
            min(at) filter (where {decisions}) as decided_at,
            (array_agg(actor_kind order by at, id) filter (where {decisions}))[1] as actor_kind,
            (array_agg(name order by at, id) filter (where {decisions}))[1] as decision,
            (array_agg(payload ->> 'code' order by at, id) filter (where {decisions}))[1] as code,
            min(at) filter (where name = 'deal.approved') as approved_at,
            min(at) filter (where name = 'deal.withdrawn') as withdrawn_at,
            min(at) filter (where name = 'deal.closed_directly') as closed_directly_at
        from kernel_event where subject_id = any (wanted) and name in ({names})
        group by subject_id
    ) l where c.deal_id = l.subject_id;
end $$;

create function conduct_count_told() returns trigger language plpgsql as $$
declare
    wanted uuid[];
begin
    select array_agg(distinct subject_id) into wanted from told where name in ({names});
    if wanted is not null then
        perform conduct_recount(wanted);
    end if;
    return null;
end $$;

create trigger conduct_counts_what_is_told after insert on kernel_event
referencing new table as told for each statement execute function conduct_count_told();

select conduct_recount(array_agg(distinct subject_id)) from kernel_event where name in ({names});
""".format(names=NAMES, decisions=DECISIONS)

NO_FUNCTIONS = """
drop trigger conduct_counts_what_is_told on kernel_event;
drop function conduct_count_told();
drop function conduct_recount(uuid[]);
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('deal_id', models.UUIDField(primary_key=True, serialize=False)),
                ('partner_id', models.UUIDField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('by_people', models.BooleanField(default=False)),
                ('turned_down', models.BooleanField(default=False)),
                ('specific', models.BooleanField(default=False)),
                ('approved_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('closed_directly_at', models.DateTimeField(null=True)),
            ],
        ),
        Protect("conduct_case"),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
    ]
