"""Settings: read once, typed, and loud about a bad value.

They come from the environment, and from a file ``.env`` in the folder that a
command is started in; the environment wins. `docs/settings.md` and `.env.example`
list every one, which a test compares with this file. What concerns the sandbox
alone is read by `judge.sandbox.settings` in the same way.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values

from judge.errors import UserError

ENV_FILE = ".env"
DEVELOPMENT_KEY = "development only, signs nothing of worth"
MIN_KEY_CHARACTERS = 32

_DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\Z")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_RATE = re.compile(r"^\d{1,6}/(second|minute|hour|day)\Z")


class BadSetting(UserError):
    """A setting whose value cannot be used; the text is one line that names it."""


def read_env_file(folder: Path | None = None) -> None:
    """Put what ``.env`` says into the environment, where that says nothing itself.

    :raises BadSetting: the file cannot be read.
    """
    path = (folder or Path.cwd()) / ENV_FILE
    if not path.is_file():
        return
    try:
        values = dotenv_values(path)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{ENV_FILE} cannot be read: {error}") from error
    for name, value in values.items():
        if value is not None:
            os.environ.setdefault(name, value)


def text(value: str) -> str:
    """Any text."""
    return value


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number from `low` to `high`."""

    def read(value: str) -> int:
        if not re.fullmatch(r"-?\d{1,12}", value) or not low <= int(value) <= high:
            raise ValueError(f"a whole number from {low} to {high} is needed")
        return int(value)

    return read


def number(low: float, high: float) -> Callable[[str], float]:
    """A number, with a point where it is no whole one."""

    def read(value: str) -> float:
        if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", value) or not low <= float(value) <= high:
            raise ValueError(f"a number from {low:g} to {high:g} is needed, such as 0.5")
        return float(value)

    return read


def switch(value: str) -> bool:
    """On or off."""
    if value.lower() in {"on", "true", "yes", "1"}:
        return True
    if value.lower() in {"off", "false", "no", "0"}:
        return False
    raise ValueError("on or off is needed")


def choice(*choices: str) -> Callable[[str], str]:
    """One of `choices`."""

    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)} is needed")
        return value

    return read


def seconds(low: float, high: float) -> Callable[[str], float]:
    """A duration in seconds; written "500ms", "5s", "2m", "1h", "30d", or a number of seconds."""

    def read(value: str) -> float:
        match = _DURATION.match(value)
        if match is None:
            raise ValueError("a duration is needed, such as 5s, 500ms or 2m")
        duration = float(match[1]) * _SECONDS[match[2] or "s"]
        if not low <= duration <= high:
            raise ValueError(f"a duration from {low:g}s to {high:g}s is needed")
        return duration

    return read


def rate(value: str) -> str:
    """So many in so long: "30/minute"."""
    if not _RATE.match(value):
        raise ValueError("a number per second, minute, hour or day is needed, such as 30/minute")
    return value


def address(*schemes: str) -> Callable[[str], str]:
    """A URL with one of `schemes`."""

    def read(value: str) -> str:
        if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError(f"an address that starts with {schemes[0]}:// is needed")
        return value

    return read


def address_of_gopls(value: str) -> str:
    """Where `judge gopls` listens: "unix:/path" or "tcp://host:port"."""
    if not re.fullmatch(r"unix:/.+|tcp://\S+:\d{1,5}", value):
        raise ValueError("an address such as unix:/run/gopls.sock or tcp://host:port is needed")
    return value


def sumdb(value: str) -> str:
    """A checksum database as GOSUMDB names it, or "off"."""
    if not re.fullmatch(r"[A-Za-z0-9.-]+(\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+)?( https?://\S+)?", value):
        raise ValueError("off, or what GOSUMDB takes, such as sum.golang.org, is needed")
    return value


_postgres = address("postgresql", "postgres", "postgresql+psycopg")
_redis = address("redis", "rediss", "unix")
_http = address("https", "http")


def _setting(name: str, default: Any, read: Callable[[str], Any]) -> Any:
    return field(default=default, metadata={"name": name, "read": read})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings but the sandbox's. Durations are in seconds."""

    env: Literal["development", "production"] = _setting(
        "JUDGE_ENV", "development", choice("development", "production")
    )
    secret_key: str = _setting("SECRET_KEY", "", text)
    database_url: str = _setting("DATABASE_URL", "", _postgres)
    redis_url: str = _setting("REDIS_URL", "", _redis)

    host: str = _setting("JUDGE_HOST", "127.0.0.1", text)
    port: int = _setting("JUDGE_PORT", 8000, whole(1, 65535))
    web_processes: int = _setting("JUDGE_WEB_PROCESSES", 1, whole(1, 64))
    web_threads: int = _setting("JUDGE_WEB_THREADS", 16, whole(2, 256))
    public_url: str = _setting("JUDGE_PUBLIC_URL", "", _http)
    proxies: int = _setting("JUDGE_PROXIES", 0, whole(0, 8))
    log: Literal["auto", "text", "json"] = _setting(
        "JUDGE_LOG", "auto", choice("auto", "text", "json")
    )
    var: str = _setting("JUDGE_VAR", "var", text)
    workers: int = _setting("JUDGE_WORKERS", 2, whole(1, 256))

    timeout: float = _setting("TIMEOUT", 5.0, seconds(0.1, 300))
    anonymous_run: bool = _setting("JUDGE_ANONYMOUS_RUN", True, switch)
    run_cache: float = _setting("JUDGE_RUN_CACHE", 60.0, seconds(0, 86400))

    limit_login: str = _setting("JUDGE_LIMIT_LOGIN", "10/minute", rate)
    limit_register: str = _setting("JUDGE_LIMIT_REGISTER", "240/hour", rate)
    limit_submit: str = _setting("JUDGE_LIMIT_SUBMIT", "30/minute", rate)
    limit_save: str = _setting("JUDGE_LIMIT_SAVE", "60/hour", rate)
    limit_change: str = _setting("JUDGE_LIMIT_CHANGE", "30/minute", rate)
    limit_draft: str = _setting("JUDGE_LIMIT_DRAFT", "120/minute", rate)
    snippets_mb: int = _setting("JUDGE_SNIPPETS_MB", 32, whole(1, 100_000))
    metrics_token: str = _setting("JUDGE_METRICS_TOKEN", "", text)
    limit_run: str = _setting("JUDGE_LIMIT_RUN", "30/minute", rate)
    limit_anonymous_run: str = _setting("JUDGE_LIMIT_ANONYMOUS_RUN", "20/minute", rate)

    interactive_places: int = _setting("JUDGE_INTERACTIVE_PLACES", 8, whole(1, 256))
    interactive_each: int = _setting("JUDGE_INTERACTIVE_EACH", 3, whole(1, 64))
    interactive_wall: float = _setting("JUDGE_INTERACTIVE_WALL", 60.0, seconds(1, 3600))
    interactive_cpus: float = _setting("JUDGE_INTERACTIVE_CPUS", 0.5, number(0.05, 64))
    interactive_memory: int = _setting("JUDGE_INTERACTIVE_MEMORY_MB", 100, whole(16, 8192))

    lease: float = _setting("JUDGE_LEASE", 30.0, seconds(1, 600))
    tries: int = _setting("JUDGE_TRIES", 3, whole(1, 20))
    janitor_every: float = _setting("JUDGE_JANITOR_EVERY", 10.0, seconds(0.1, 600))
    canary_every: float = _setting("JUDGE_CANARY_EVERY", 60.0, seconds(1, 3600))
    least_free_mb: int = _setting("JUDGE_LEAST_FREE_MB", 200, whole(0, 1_000_000))
    trials_kept: float = _setting("JUDGE_TRIALS_KEPT", 30 * 86400.0, seconds(60, 3650 * 86400))

    import_on: bool = _setting("JUDGE_IMPORT", True, switch)
    import_hosts: str = _setting("JUDGE_IMPORT_HOSTS", "", text)
    import_ca: str = _setting("JUDGE_IMPORT_CA", "", text)
    import_wait: float = _setting("JUDGE_IMPORT_WAIT", 60.0, seconds(1, 600))

    module_proxy: str = _setting("JUDGE_MODULE_PROXY", "", _http)
    module_sumdb: str = _setting("JUDGE_MODULE_SUMDB", "sum.golang.org", sumdb)
    module_max_mb: int = _setting("JUDGE_MODULE_MAX_MB", 64, whole(1, 500))
    module_cache_mb: int = _setting("JUDGE_MODULE_CACHE_MB", 2048, whole(16, 1 << 20))
    module_wait: float = _setting("JUDGE_MODULE_WAIT", 60.0, seconds(1, 600))
    module_dir: str = _setting("JUDGE_MODULE_DIR", "var/modules", text)

    gopls_address: str = _setting("JUDGE_GOPLS_ADDRESS", "", address_of_gopls)
    gopls_max: int = _setting("JUDGE_GOPLS_MAX", 8, whole(0, 1000))
    gopls_spare: int = _setting("JUDGE_GOPLS_SPARE", 1, whole(0, 100))
    gopls_idle: float = _setting("JUDGE_GOPLS_IDLE", 300.0, seconds(1, 86400))
    gopls_memory_mb: int = _setting("JUDGE_GOPLS_MEMORY_MB", 512, whole(128, 1 << 16))
    gopls_dir: str = _setting("JUDGE_GOPLS_DIR", "var/gopls", text)

    debug_max: int = _setting("JUDGE_DEBUG_MAX", 4, whole(0, 256))
    debug_idle: float = _setting("JUDGE_DEBUG_IDLE", 300.0, seconds(1, 3600))
    debug_dir: str = _setting("JUDGE_DEBUG_DIR", "var/debugger", text)

    @property
    def production(self) -> bool:
        """Whether strangers use it: demo accounts and conveniences are then off."""
        return self.env == "production"


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings, all checked.

    :raises BadSetting: the first that cannot be used, or that is missing.
    """
    given = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        name = setting.metadata["name"]
        value = given.get(name, "").strip()
        if value:
            values[setting.name] = _read(name, value, setting.metadata["read"])
    return _complete(Settings(**values))


def _read(name: str, value: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(value)
    except ValueError as error:
        shown = "***" if any(part in name for part in ("KEY", "URL", "TOKEN")) else repr(value)
        raise BadSetting(f"{name} is {shown}: {error}") from None


def _complete(settings: Settings) -> Settings:
    """Fill in what development may leave out; refuse what production may not."""
    for name, value in (("DATABASE_URL", settings.database_url), ("REDIS_URL", settings.redis_url)):
        if not value:
            raise BadSetting(f"{name} is missing: set it, or start everything with `make run`")
    if settings.production and len(settings.secret_key) < MIN_KEY_CHARACTERS:
        raise BadSetting(
            f"SECRET_KEY is missing or too short: production needs one of at least "
            f"{MIN_KEY_CHARACTERS} characters, and the same for every web process"
        )
    return settings if settings.secret_key else replace(settings, secret_key=DEVELOPMENT_KEY)
