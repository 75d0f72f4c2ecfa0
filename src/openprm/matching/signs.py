"""What points to a company whatever it is called: its phone number, its number in a public register."""

import re

import phonenumbers

_NO_SIGN = re.compile(r"[^0-9A-Z]")


def phone(text: str | None, country: str | None = None) -> str | None:
    """A phone number as "+49301234567"; None when it is none, or when nobody knows of which country."""
    if not text or not text.strip():
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def registration(text: str | None) -> str | None:
    """A register number without what people put between its digits; None when too little is left to tell anybody."""
    bare = _NO_SIGN.sub("", (text or "").upper())
    return bare if len(bare) >= 6 and any(letter.isdigit() for letter in bare) else None


def keys(phone: str | None, registration: str | None) -> tuple[str, ...]:
    """The texts under which an index finds a company by these."""
    return (*(("t:" + phone,) if phone else ()), *(("r:" + registration,) if registration else ()))
