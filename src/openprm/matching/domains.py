"""The registrable domain of a web site or an e-mail address, as evidence of who a company is.

The public suffix list that ships with tldextract is used; nothing is ever fetched.
"""

import re
from functools import cache

import tldextract

# Addresses at these prove nothing about a company. Site builders and code hosts count alike.
_SHARED = """
gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es live.com
live.co.uk live.fr msn.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.it yahoo.es yahoo.co.in yahoo.co.jp
yahoo.com.br yahoo.com.mx yahoo.ca ymail.com rocketmail.com aol.com aim.com icloud.com me.com mac.com proton.me
protonmail.com pm.me tutanota.com tuta.io fastmail.com fastmail.fm hey.com zoho.com zohomail.com gmx.de gmx.net
gmx.com gmx.at gmx.ch web.de t-online.de freenet.de arcor.de mail.com mail.ru bk.ru list.ru inbox.ru yandex.ru
yandex.com ya.ru rambler.ru ukr.net i.ua qq.com 163.com 126.com yeah.net sina.com sina.cn sohu.com foxmail.com
aliyun.com naver.com daum.net hanmail.net nate.com orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr libero.it
virgilio.it tin.it alice.it tiscali.it telefonica.net terra.com.br terra.es uol.com.br bol.com.br ig.com.br
rediffmail.com sify.com btinternet.com btopenworld.com ntlworld.com sky.com talktalk.net virginmedia.com comcast.net
verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com bigpond.com
bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz shaw.ca rogers.com sympatico.ca telus.net videotron.ca
skynet.be telenet.be planet.nl ziggo.nl kpnmail.nl xs4all.nl home.nl hetnet.nl bluewin.ch wp.pl o2.pl onet.pl
interia.pl gazeta.pl seznam.cz centrum.cz email.cz azet.sk post.cz freemail.hu citromail.hu abv.bg mail.bg telia.com
spray.se online.no broadpark.no jubii.dk luukku.com mailinator.com guerrillamail.com 10minutemail.com yopmail.com
example.com example.org example.net facebook.com linkedin.com twitter.com x.com instagram.com youtube.com google.com
wikipedia.org github.com github.io gitlab.com wordpress.com blogspot.com wixsite.com weebly.com squarespace.com
shopify.com myshopify.com godaddysites.com sites.google.com linktr.ee bit.ly medium.com notion.site
"""
FREE_MAIL = frozenset(_SHARED.split())

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:/*", re.IGNORECASE)
_HOST = re.compile(r"^(?=.{4,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+$")


def registrable_domain(text: str | None) -> str | None:
    """Return "foo.de" for "https://www.shop.foo.de/x" or "max@mail.foo.de"; None for free mail and no address."""
    host = _host(text or "")
    if not host:
        return None
    found = _extract()(host)
    domain = f"{found.domain}.{found.suffix}" if found.domain and found.suffix else ""
    return domain if domain and domain not in FREE_MAIL and host not in FREE_MAIL else None


def label(domain: str) -> str:
    """The name inside a domain: "siemens" of "siemens.co.uk"."""
    return domain.partition(".")[0].replace("-", "")


def _host(text: str) -> str:
    bare = _SCHEME.sub("", text.strip()).split("/")[0].split("?")[0].split("#")[0].rpartition("@")[2]
    host = bare.split(":")[0].strip(" .,;<>()[]\"'").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return host if _HOST.match(host) else ""


@cache
def _extract() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
