"""What people read: states, sources, reasons and the letters that go with them, and what is wrong with an answer."""

from typing import Any

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui.tones import Status

STATES: dict[str, Any] = {
    "started": _("Being filled in"),
    "unverified": _("E-mail to be confirmed"),
    "submitted": _("Submitted"),
    "in_review": _("In review"),
    "asked": _("Waits for the applicant"),
    "approved": _("Approved"),
    "rejected": _("Rejected"),
    "withdrawn": _("Withdrawn"),
    "forgotten": _("Forgotten"),
}
TONES: dict[str, tuple[str, str]] = {
    "started": ("neutral", "pencil"),
    "unverified": ("neutral", "mail"),
    "submitted": ("info", "inbox"),
    "in_review": ("info", "eye"),
    "asked": ("possible", "message-2"),
    "approved": ("clear", "circle-check"),
    "rejected": ("blocked", "circle-x"),
    "withdrawn": ("neutral", "arrow-back-up"),
    "forgotten": ("neutral", "trash"),
}
FOR_APPLICANT: dict[str, Any] = {
    "started": _("Being filled in"),
    "unverified": _("Confirm your e-mail address"),
    "submitted": _("Received"),
    "in_review": _("In review"),
    "asked": _("We have a question"),
    "approved": _("Approved"),
    "rejected": _("Not accepted"),
    "withdrawn": _("Withdrawn"),
    "forgotten": _("Deleted"),
}
SOURCES: dict[str, Any] = {
    "direct": _("Direct"),
    "campaign": _("Campaign"),
    "referral": _("Referral"),
    "directory": _("Partner directory"),
    "invitation": _("Invitation"),
    "api": _("Other system"),
    "import": _("Import"),
}
REASONS: dict[str, Any] = {
    "does_not_fit": _("Does not fit the programme"),
    "region_not_covered": _("Region is not covered"),
    "market_covered": _("Enough partners in this market"),
    "already_partner": _("Is a partner already"),
    "competitor": _("Competes with us"),
    "incomplete": _("Too little to decide on"),
    "no_answer": _("Did not answer our question"),
    "spam": _("Not meant seriously (no letter is sent)"),
    "other": _("Other"),
}
LETTERS: dict[str, Any] = {
    "does_not_fit": _(
        "We read your application with care. What you do and what our programme is made for are too far apart today."
    ),
    "region_not_covered": _(
        "We do not yet look after partners in your region. We would be glad to hear from you later."
    ),
    "market_covered": _("In your market we have as many partners as we can look after well."),
    "already_partner": _(
        "Your company takes part in our programme already. Ask your colleague who administers it to invite you."
    ),
    "competitor": _("Your own products compete with ours, so we cannot offer you this programme."),
    "incomplete": _("What we know of your company is too little to decide. You are welcome to apply again."),
    "no_answer": _(
        "We had asked you something and heard nothing since, so we close this. You are welcome to apply again."
    ),
    "spam": "",
    "other": "",
}
APPROVED = _(
    "We are glad to welcome you as a partner. A second letter invites you to choose your password and sign in."
)
WRONG: dict[str, Any] = {
    "missing": _("Please answer this."),
    "too_long": _("Make it shorter."),
    "too_many": _("Give at most five files."),
    "not_offered": _("Choose one of the answers offered."),
    "no_number": _("Give a number, such as 25."),
    "no_address": _("Give a web address such as www.contoso.com."),
}
FACTS: dict[str, Any] = {
    "fact.own_domain": _("E-mail address belongs to the website"),
    "fact.free_mail": _("E-mail address is of a free provider"),
    "fact.known_account": _("The company is a known account"),
    "fact.known_partner": _("A partner uses this web domain"),
    "fact.country_matches": _("The web address fits the country"),
}
OPERATORS: dict[str, Any] = {
    "is": _("is"),
    "is_not": _("is not"),
    "contains": _("contains"),
    "at_least": _("is at least"),
    "at_most": _("is at most"),
    "answered": _("is answered"),
}
FORM_PROBLEMS: dict[str, Any] = {
    "twice": _("“%(key)s” stands there twice. Give one of them another key."),
    "no_field": _("“%(key)s” is not asked on this form. Ask it, or take it out of the rules."),
    "field_twice": _("“%(key)s” asks for a field that is asked for already."),
    "no_label": _("Say what “%(key)s” asks."),
    "no_choices": _("Give “%(key)s” at least two answers to choose from."),
    "condition_not_before": _("“%(key)s” depends on a question that does not come before it. Move it down."),
    "no_value": _("Say what “%(key)s” is compared with."),
}
STEP_ONE = _("You and your company")


def status(state: str, since: Any = None, *, applicant: bool = False) -> Status:
    """Return an application's state, ready to be drawn."""
    tone, icon = TONES[state]
    label = (FOR_APPLICANT if applicant else STATES)[state]
    return Status(str(label), tone, icon, since=since)


def obstacle(code: str, detail: str, tests: list[str]) -> str:
    """Say what keeps an application from being approved by itself."""
    match code:
        case "score":
            return now("the score is below %(least)s") % {"least": detail}
        case "duplicates":
            return now("it may be a duplicate")
        case "domain":
            return now("the e-mail address does not belong to the website")
        case "test":
            return now("it does not hold that %(test)s") % {"test": tests[int(detail)]}
        case _:
            return now("a person decides on this form")
