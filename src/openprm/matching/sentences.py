"""What each evidence says, in words for people. English; the pages translate by the same message ids."""

from openprm.matching.model import Evidence

SENTENCES = {
    "domain_equal": "Same web domain: %(domain)s",
    "domain_differs": "Different web domains: %(mine)s and %(theirs)s",
    "registration_equal": "Same register number: %(number)s",
    "registration_differs": "Different register numbers: %(mine)s and %(theirs)s",
    "phone_equal": "Same phone number: %(phone)s",
    "family": "On file as one corporate family with “%(name)s”",
    "better": "“%(name)s” is more alike",
    "rival": "“%(name)s” is about as much alike",
    "clear_lead": "No other company on file comes near",
    "many_names": "Among all the companies on file, a likeness of this kind says less",
    "letters_alike": "How alike the letters of the names are: %(percent)s of 100",
    "country_equal": "Same country: %(country)s",
    "country_differs": "Different countries: %(mine)s and %(theirs)s",
    "name_equal": "The names are equal once legal forms, case and punctuation are set aside",
    "form_equal": "Same legal form: %(form)s",
    "form_differs": "Different legal forms: %(mine)s and %(theirs)s",
    "initials_equal": "“%(letters)s” is short for “%(words)s”",
    "word_rare": "“%(word)s” is in both names and is rare",
    "word_shared": "“%(word)s” is in both names",
    "word_common": "“%(word)s” is in both names, but many companies use it",
    "word_spelling": "“%(mine)s” and “%(theirs)s” are nearly the same word",
    "word_short": "“%(mine)s” may be short for “%(theirs)s”",
    "word_meaning": "“%(mine)s” and “%(theirs)s” mean the same in two languages",
    "word_joined": "“%(mine)s” and “%(theirs)s” are the same when written as one word",
    "word_missing": "“%(word)s” is only in the name asked for",
    "word_extra": "“%(word)s” is only in the name on file",
    "legal_form_ignored": "Legal forms do not count: %(forms)s",
}


def sentence(evidence: Evidence) -> str:
    """The evidence as an English sentence."""
    return SENTENCES[evidence.kind] % evidence.params
