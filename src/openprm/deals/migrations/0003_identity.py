"""Protections by who the customer is, not by the account's row: variants and, if the programme says so, families collide."""

import django.contrib.postgres.constraints
from django.db import migrations, models

# Whoever writes a protection, whatever the code forgets: its identity is that of its account. Partners cannot read accounts, so theirs
# is not the hand that writes (services act as the system here); whoever tries is refused loudly rather than protected wrongly.
IDENTITY_TRIGGER = """
create function deals_set_identity() returns trigger
language plpgsql as $$
begin
    if not exists (select from customers_account where id = new.account_id) then
        raise exception 'a protection is written by the system' using errcode = 'insufficient_privilege';
    end if;
    new.identity = customers_identity(new.account_id);
    return new;
end $$;

create trigger protection_sets_identity before insert or update of account_id on deals_protection
for each row execute function deals_set_identity();
"""

NO_IDENTITY_TRIGGER = """
drop trigger protection_sets_identity on deals_protection;
drop function deals_set_identity();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_identity'),
        ('deals', '0002_windows'),
        ('partners', '0002_team_and_audiences'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='protection',
            name='protection_never_overlaps',
        ),
        migrations.AddField(
            model_name='protection',
            name='identity',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunSQL(IDENTITY_TRIGGER, NO_IDENTITY_TRIGGER),
        migrations.RunSQL("update deals_protection set identity = account_id", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='protection',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('identity'), '='), (models.F('product_line'), '='), (models.F('period'), '&&')], name='protection_never_overlaps'),
        ),
    ]
