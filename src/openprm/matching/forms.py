"""What legal forms prove: nothing between two names by themselves, something where there are several to choose from.

"Zorbatron" and "Zorbatron GmbH" are alike whatever the form. But who asks for "Zorbatron Inc." among "Zorbatron
Energy, Inc." and "Zorbatron Logistics GmbH" has told which one he cannot mean. So only `context` looks at this.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from openprm.matching import legal_forms
from openprm.matching.normalise import fold

# Ways to write one form, each line with the usual one first. What is not listed is a form of its own. Public and
# private companies of one country stand together where people write the one for the other.
ALIKE = """
Ltd: Limited; Co Ltd; Company Limited; Ltd Co; Corp Ltd; Cooperative Ltd; Private Limited; Private Ltd; Pvt Ltd; Pvt;
 P Ltd; P Limited; Proprietary Limited; Proprietary; Pty Limited; Pty Ltd; Pty; Pte Limited; Pte Ltd; Pte; P.T.E. Ltd;
 Public Company Limited; PCL; SOC Ltd; Ltd by Guarantee; Ltd Gte
PLC: Public Limited Company; Public Limited
Inc: Incorporated; Incorporation; Co Inc; Inc USA
Corp: Corporation
Co: Company; Companies; Cos
LLC: Limited Liability Company; LC; Co LLC
LP: Limited Partnership; Ltd Partnership
LLP: Limited Liability Partnership
AG: Aktiengesellschaft; Holding AG; AG Holding
GmbH: mbH; gGmbH; GesmbH; Ges m b H; Gesellschaft mit beschränkter Haftung
UG: UG haftungsbeschränkt; haftungsbeschränkt
KG: Kommanditgesellschaft
GmbH & Co KG: & Co KG
AB: AB publ; publ; Aktiebolag
SA: Société Anonyme; Sociedad Anónima; Sociedade Anônima; Spółka Akcyjna; S.A. Societe Anonyme; SGPS SA
SL: SLU; Sociedad Limitada
SARL: Société à responsabilité limitée; SARLU
SAS: SASU; Société par actions simplifiée
SRL: Società a responsabilità limitata; Sociedad de Responsabilidad Limitada; S de RL
SpA: Società per Azioni
SA de CV: S.A.B. de C.V.; SAPI de CV; Sociedad Anónima de Capital Variable; de CV
Ltda: Limitada; Lda; Unipessoal Lda; Limitada Unipessoal; Cía Ltda
BV: Besloten Vennootschap
NV: Naamloze Vennootschap
Oy: Oyj; Oy Ab; Osakeyhtiö
AS: Aktieselskab; Aksjeselskap; akciová společnost; akciová spoločnosť; Anonim Şirketi; San ve Tic A.Ş.; Tic A.Ş.;
 Sanayi ve Ticaret A.Ş.; Sanayi ve Ticaret Anonim Şirketi
ApS: Anpartsselskab
Ltd Şti: Limited Şirketi; Şti; San ve Tic Ltd Şti; Tic Ltd Şti; Sanayi ve Ticaret Ltd Şti;
 Sanayi ve Ticaret Limited Şirketi
Sp z o.o.: Sp z oo; spółka z o.o.; spółka z ograniczoną odpowiedzialnością; Sp
s.r.o.: spol s r.o.
Kft: Korlátolt Felelősségű Társaság
Zrt: Zártkörűen Működő Részvénytársaság
Nyrt: Nyilvánosan Működő Részvénytársaság
OÜ: Osaühing
JSC: Joint Stock Company; PJSC; Public Joint Stock Company; OJSC; Open Joint Stock Company; CJSC; Closed Joint Stock
 Company; PrJSC; AO; PAO; OAO; ZAO; NAO; Акционерное общество; Публичное акционерное общество; Открытое акционерное
 общество; Закрытое акционерное общество
OOO: Общество с ограниченной ответственностью
PT: Perseroan Terbatas; Tbk; Persero; Persero Tbk
Bhd: Berhad
K.K.: Kabushiki Kaisha; Kabushiki Gaisha
"""


def kinds(forms: Iterable[str]) -> frozenset[str]:
    """What kinds of company the forms of a `NormalisedName` stand for."""
    return frozenset(map(_kind, forms))


def shown(forms: Iterable[str]) -> str:
    """Forms, or kinds of them, for people: as they are usually written."""
    usual = _usual()
    return ", ".join(usual.get(kind, kind.upper()) for kind in sorted(kinds(forms)))


def agreement(mine: Sequence[str], theirs: Sequence[str]) -> tuple[float, float]:
    """Whether two names share a kind of form, and whether their kinds contradict; neither if one has no form."""
    if not mine or not theirs:
        return 0.0, 0.0
    shared = not kinds(mine).isdisjoint(kinds(theirs))
    return float(shared), float(not shared)


def _kind(form: str) -> str:
    return _kinds().get(form, form)


@cache
def _kinds() -> dict[str, str]:
    return {_bare(other): _bare(usual) for usual, others in _lines() for other in legal_forms.entries(others)}


@cache
def _usual() -> dict[str, str]:
    return {_bare(usual): usual for usual, _ in _lines()}


def _lines() -> list[tuple[str, str]]:
    lines = (line.partition(":") for line in ALIKE.replace("\n ", " ").strip().splitlines())
    return [(usual, others) for usual, _, others in lines]


def _bare(form: str) -> str:
    return "".join(fold(form))
