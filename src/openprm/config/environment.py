"""Every environment variable that OpenPRM reads, typed and checked in one place.

``load()`` returns a frozen ``Environment``. A wrong value raises ``WrongSetting``, whose text is one line that names
the variable and says what to write instead; the command line prints that line and no traceback.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

T = TypeVar("T")
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
LOCAL_URL = "http://localhost:8000"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


class WrongSetting(Exception):
    """An environment variable that cannot be understood."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name = name


@dataclass(frozen=True, kw_only=True)
class Database:
    """A PostgreSQL server given by address."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Mail:
    """An SMTP server; without one, mail is kept and can be read in the console."""

    host: str
    port: int
    user: str
    password: str
    ssl: bool
    starttls: bool


@dataclass(frozen=True, kw_only=True)
class ObjectStore:
    """An S3-compatible store for files; without one, files lie in the data folder."""

    bucket: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str


@dataclass(frozen=True, kw_only=True)
class SingleSignOn:
    """An OpenID Connect identity provider."""

    issuer: str
    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the machine tells OpenPRM; everything else is set in the console."""

    data: Path
    database: Database | None
    owner_database: Database | None
    db_owner: bool
    secret_key: str
    secret_key_given: bool
    old_secret_keys: tuple[str, ...]
    url: str
    hosts: tuple[str, ...]
    mail: Mail | None
    mail_from: str
    debug: bool
    demo: bool
    object_store: ObjectStore | None
    single_sign_on: SingleSignOn | None
    proxies: int
    threads: int
    log_level: str
    webhook_allow_private: bool

    @property
    def secure(self) -> bool:
        """Whether people reach this server by https."""
        return self.url.startswith("https://")


def load(variables: Mapping[str, str] | None = None) -> Environment:
    """Read and check the environment."""
    read = _Reader(os.environ if variables is None else variables)
    data = Path(read.text("OPENPRM_DATA", str(_usual_data_folder()))).expanduser().absolute()
    database = read.parsed("DATABASE_URL", _database)
    demo = read.flag("OPENPRM_DEMO")
    url = read.parsed("OPENPRM_URL", _url) or LOCAL_URL
    secret_key = read.parsed("OPENPRM_SECRET_KEY", _secret_key)
    return Environment(
        data=data,
        database=database,
        owner_database=read.parsed("DATABASE_OWNER_URL", _database) or database,
        db_owner=read.flag("OPENPRM_DB_OWNER"),
        secret_key=secret_key or kept_secret(data),
        secret_key_given=bool(secret_key),
        old_secret_keys=tuple(
            _secret_key("OPENPRM_OLD_SECRET_KEYS", key) for key in read.listed("OPENPRM_OLD_SECRET_KEYS")
        ),
        url=url,
        hosts=read.listed("OPENPRM_HOSTS") or (urlsplit(url).hostname or "localhost", *LOCAL_HOSTS),
        mail=read.parsed("OPENPRM_EMAIL_URL", _mail),
        mail_from=read.text("OPENPRM_EMAIL_FROM", f"openprm@{urlsplit(url).hostname}"),
        debug=read.flag("OPENPRM_DEBUG"),
        demo=demo,
        object_store=_object_store(read),
        single_sign_on=_single_sign_on(read),
        proxies=read.number("OPENPRM_PROXIES", 0, least=0, most=10),
        threads=read.number("OPENPRM_THREADS", 8, least=1, most=200),
        webhook_allow_private=read.flag("OPENPRM_WEBHOOK_ALLOW_PRIVATE"),
        log_level=read.choice("OPENPRM_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    )


class _Reader:
    """Reads single variables; an empty value counts as unset."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        value = self.text(name, "0").lower()
        if value not in YES | NO:
            raise WrongSetting(name, f"is {value!r}; write 1 (on) or 0 (off)")
        return value in YES

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or not least <= int(value) <= most:
            raise WrongSetting(name, f"is {value!r}; write a whole number from {least} to {most}")
        return int(value)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default).upper()
        if value not in choices:
            raise WrongSetting(name, f"is {value!r}; write one of {', '.join(choices)}")
        return value

    def listed(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name).split(",") if part.strip())

    def parsed(self, name: str, parse: Callable[[str, str], T]) -> T | None:
        value = self.text(name)
        return parse(name, value) if value else None

    def together(self, wanted: tuple[str, ...]) -> bool:
        """Whether the variables that only make sense together are given; some without the others is an error."""
        missing = [name for name in wanted if not self.text(name)]
        if missing and len(missing) < len(wanted):
            given = next(name for name in wanted if name not in missing)
            raise WrongSetting(missing[0], f"is not set, but {given} is; set both or neither")
        return not missing


def _usual_data_folder() -> Path:
    """Return ``.var`` in the checkout, or in the working folder when the package is installed elsewhere."""
    checkout = Path(__file__).resolve().parents[3]
    return (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / ".var"


def kept_secret(data: Path) -> str:
    """Return the secret key kept in the data folder; make one the first time, readable by its owner alone."""
    file = data / "secret-key"
    try:
        data.mkdir(parents=True, exist_ok=True)
        _write_once(file, secrets.token_urlsafe(50))
        return file.read_text()
    except OSError as error:
        raise WrongSetting(
            "OPENPRM_DATA", f"is {str(data)!r}, where this user cannot read and write: {error}"
        ) from None


def _write_once(file: Path, text: str) -> None:
    """Write a new private file; of many processes at once, the first wins and none reads half a file."""
    if file.exists():
        return
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(text)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _wrong_address(name: str, example: str) -> NoReturn:
    raise WrongSetting(name, f"is not an address OpenPRM understands; write for example {example}")


def _database(name: str, value: str) -> Database:
    example = "postgresql://user:password@host:5432/database"
    try:
        parts = urlsplit(value)
        port = str(parts.port or "")
    except ValueError:
        _wrong_address(name, example)
    database = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not database:
        _wrong_address(name, example)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Database(name=database, user=user, password=password, host=host, port=port, options=options)


def _mail(name: str, value: str) -> Mail:
    example = "smtp://user:password@mail.example.com:587 (STARTTLS), smtps://…:465 (TLS) or smtp+plain://localhost:25"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        _wrong_address(name, example)
    default_port = {"smtp": 587, "smtps": 465, "smtp+plain": 25}.get(parts.scheme)
    if default_port is None or not parts.hostname:
        _wrong_address(name, example)
    return Mail(
        host=parts.hostname,
        port=port or default_port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ssl=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp",
    )


def _url(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        _wrong_address(name, "https://partners.example.com")
    return value.rstrip("/")


def _secret_key(name: str, value: str) -> str:
    if len(value) < 40:
        raise WrongSetting(
            name, f"has {len(value)} characters; write at least 40 random ones (openssl rand -base64 48)"
        )
    return value


def _object_store(read: _Reader) -> ObjectStore | None:
    bucket = read.text("OPENPRM_S3_BUCKET")
    if not bucket:
        return None
    read.together(("OPENPRM_S3_ACCESS_KEY", "OPENPRM_S3_SECRET_KEY"))
    return ObjectStore(
        bucket=bucket,
        endpoint=read.parsed("OPENPRM_S3_ENDPOINT", _url) or "",
        region=read.text("OPENPRM_S3_REGION"),
        access_key=read.text("OPENPRM_S3_ACCESS_KEY"),
        secret_key=read.text("OPENPRM_S3_SECRET_KEY"),
    )


def _issuer(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        _wrong_address(name, "https://login.example.com/realms/partners")
    return value.rstrip("/")


def _single_sign_on(read: _Reader) -> SingleSignOn | None:
    issuer = read.parsed("OPENPRM_OIDC_ISSUER", _issuer)
    if not read.together(("OPENPRM_OIDC_ISSUER", "OPENPRM_OIDC_CLIENT_ID", "OPENPRM_OIDC_CLIENT_SECRET")) or not issuer:
        return None
    return SingleSignOn(
        issuer=issuer,
        client_id=read.text("OPENPRM_OIDC_CLIENT_ID"),
        client_secret=read.text("OPENPRM_OIDC_CLIENT_SECRET"),
        name=read.text("OPENPRM_OIDC_NAME", "Single sign-on"),
    )


def origin(url: str) -> str:
    """Return scheme and host of an address, as content security policies name them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
