"""Invitations: who may invite whom, and what the letter's link does."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from openprm.accounts import services
from openprm.accounts.models import Invitation, Person
from openprm.accounts.tests.conftest import NOW, PASSWORD, act
from openprm.kernel import jobs
from openprm.kernel.access import SYSTEM, Actor, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Missing, Refusal


def invite(by: Actor, email: str, partner: object = None, roles: tuple[str, ...] = ("sales",)) -> Invitation:
    with enter(by):
        return services.invite(email=email, roles=roles, partner=partner, by=by, at=timezone.now())


def link_of_last_letter() -> str:
    with as_system():
        jobs.work_off()
    return re.search(r"http\S+(/sign-in/invitation/\S+)", mail.outbox[-1].body)[1]  # type: ignore[index]


def test_an_invited_colleague_chooses_a_password_and_is_in(cast: SimpleNamespace) -> None:
    invite(act(cast.anna), "Nina@alfa.example", cast.alfa)
    client = Client()
    link = link_of_last_letter()
    assert b"Alfa" in client.get(link).content
    assert client.post(link, {"name": "Nina", "password": PASSWORD}).headers["Location"] == "/portal/"
    with as_system():
        nina = Person.objects.get(email="nina@alfa.example")
        assert (nina.partner_id, [role.key for role in nina.roles.all()]) == (cast.alfa.pk, ["sales"])
    assert client.get(link).status_code == 410


def test_the_link_is_kept_as_a_hash_and_in_no_job(cast: SimpleNamespace) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    invitation = invite(act(cast.anna), "nina@alfa.example", cast.alfa)
    with as_system():
        queued = ProcrastinateJob.objects.get(task_name="accounts.send_invitation")
    assert queued.args == {"invitation": str(invitation.pk)}
    secret = link_of_last_letter().rsplit("/", 2)[1]
    with as_system():
        invitation.refresh_from_db()
    assert secret not in invitation.secret_hash
    assert len(invitation.secret_hash) == 64


def test_a_weak_password_does_not_use_the_invitation_up(cast: SimpleNamespace) -> None:
    invite(act(cast.anna), "nina@alfa.example", cast.alfa)
    link = link_of_last_letter()
    assert Client().post(link, {"name": "Nina", "password": "nina"}).status_code == 422
    assert Client().post(link, {"name": "Nina", "password": PASSWORD}).status_code == 302


def test_sending_again_ends_the_first_link(cast: SimpleNamespace) -> None:
    invitation = invite(act(cast.anna), "nina@alfa.example", cast.alfa)
    first = link_of_last_letter()
    with as_system():
        invitation.refresh_from_db()
        services.resend(invitation=invitation, by=act(cast.anna), at=timezone.now())
    second = link_of_last_letter()
    assert (Client().get(first).status_code, Client().get(second).status_code) == (410, 200)


def test_an_invitation_taken_back_or_fourteen_days_old_is_over(cast: SimpleNamespace) -> None:
    invitation = invite(act(cast.anna), "nina@alfa.example", cast.alfa)
    link = link_of_last_letter()
    with as_system(), pytest.raises(services.invitations.InvitationOver):
        services.open_invitation(link.rsplit("/", 2)[1], at=timezone.now() + timedelta(days=14, seconds=1))
    with as_system():
        invitation.refresh_from_db()
        services.revoke_invitation(invitation=invitation, by=act(cast.anna), at=NOW)
    assert Client().get(link).status_code == 410


def test_a_partner_administrator_cannot_tell_whether_an_address_is_at_another_partner(cast: SimpleNamespace) -> None:
    taken = invite(act(cast.anna), "bert@beta.example", cast.alfa)
    free = invite(act(cast.anna), "nobody@beta.example", cast.alfa)
    assert [taken.accepted_at, taken.revoked_at] == [free.accepted_at, free.revoked_at]
    with as_system():
        jobs.work_off()
    assert ["already" in letter.subject for letter in mail.outbox] == [True, False]
    assert "/sign-in/invitation/" not in mail.outbox[0].body


def test_the_vendor_is_told_that_somebody_is_here_already(cast: SimpleNamespace) -> None:
    with pytest.raises(Refusal, match="already a person"):
        invite(act(cast.vera), "bert@beta.example", cast.alfa)


def test_a_colleague_is_not_invited_twice(cast: SimpleNamespace) -> None:
    with pytest.raises(Refusal, match="already here"):
        invite(act(cast.anna), "sam@alfa.example", cast.alfa)
    invite(act(cast.anna), "nina@alfa.example", cast.alfa)
    with pytest.raises(Refusal, match="already invited"):
        invite(act(cast.anna), "nina@alfa.example", cast.alfa)


@pytest.mark.parametrize(
    ("who", "partner", "roles", "refusal"),
    [
        ("anna", "beta", ("sales",), Forbidden),  # another company
        ("anna", None, ("admin",), Forbidden),  # the vendor
        ("anna", "alfa", ("channel_manager",), Invalid),  # a role of the vendor
        ("anna", "alfa", (), Invalid),
        ("sam", "alfa", ("sales",), Forbidden),  # not an administrator
        ("dora", "epsilon", ("sales",), Forbidden),  # a distributor sees, but does not manage
        ("carl", None, ("admin",), Forbidden),
        ("carl", "alfa", ("sales",), Forbidden),  # not on Alfa's team
    ],
)
def test_nobody_invites_beyond_their_reach(
    cast: SimpleNamespace, who: str, partner: str | None, roles: tuple[str, ...], refusal: type[Exception]
) -> None:
    company = getattr(cast, partner) if partner else None
    with pytest.raises(refusal):
        invite(act(getattr(cast, who)), "new@x.example", company, roles)


def test_a_channel_manager_invites_to_the_partners_they_look_after(cast: SimpleNamespace) -> None:
    from openprm.partners.models import TeamMember

    with as_system():
        TeamMember.objects.create(partner=cast.alfa, person=cast.carl, role="channel_manager")
    assert invite(act(cast.carl), "nina@alfa.example", cast.alfa).partner_id == cast.alfa.pk


def test_an_invitation_of_another_company_does_not_exist_for_me(cast: SimpleNamespace) -> None:
    invitation = invite(act(cast.bert), "nina@beta.example", cast.beta)
    with pytest.raises(Missing), enter(act(cast.anna)):
        services.revoke_invitation(invitation=invitation, by=act(cast.anna), at=NOW)


def test_an_identity_provider_lets_in_whom_we_invited_and_nobody_else(cast: SimpleNamespace) -> None:
    invite(SYSTEM, "nina@alfa.example", cast.alfa)
    with as_system():
        nina = services.accept_verified(email="nina@alfa.example", name="Nina", at=timezone.now())
        assert nina is not None
        assert (nina.partner_id, nina.has_usable_password()) == (cast.alfa.pk, False)
        assert services.accept_verified(email="stranger@alfa.example", name="", at=timezone.now()) is None
