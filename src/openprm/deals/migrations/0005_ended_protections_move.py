"""A protection that has ended may move with its account without meeting another one of that time."""

from django.db import migrations

# What has ended has no identity (services/identities.py); an account's merge moves it, and must not give it one again.
KEEPS_ENDED = """
create or replace function deals_set_identity() returns trigger
language plpgsql as $$
begin
    if not exists (select from customers_account where id = new.account_id) then
        raise exception 'a protection is written by the system' using errcode = 'insufficient_privilege';
    end if;
    if tg_op = 'UPDATE' and old.identity is null then
        return new;
    end if;
    new.identity = customers_identity(new.account_id);
    return new;
end $$;
"""

AS_BEFORE = """
create or replace function deals_set_identity() returns trigger
language plpgsql as $$
begin
    if not exists (select from customers_account where id = new.account_id) then
        raise exception 'a protection is written by the system' using errcode = 'insufficient_privilege';
    end if;
    new.identity = customers_identity(new.account_id);
    return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("deals", "0004_engagement")]

    operations = [migrations.RunSQL(KEEPS_ENDED, AS_BEFORE)]
