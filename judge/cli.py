"""The `judge` command. Each subcommand lives in a module of its own, imported when called.

Exit codes: 0 done, 1 something that was to be proven is not so, 2 bad usage or a
bad pack, 3 the judge itself failed. Errors are one line on stderr.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from judge.config import read_env_file
from judge.errors import JudgeFault, UserError

COMMANDS = {
    "run": "judge.launch.start:run",
    "doctor": "judge.doctor:doctor",
    "grade": "judge.commands.grade:grade",
    "check": "judge.commands.check:check",
    "import": "judge.commands.importing:import_",
    "web": "judge.commands.running:web",
    "worker": "judge.commands.running:worker",
    "janitor": "judge.commands.running:janitor",
    "gopls": "judge.commands.running:gopls",
    "db": "judge.commands.managing:database",
    "backup": "judge.commands.backups:backup",
    "restore": "judge.commands.backups:restore",
    "user": "judge.commands.managing:user",
    "token": "judge.commands.managing:token",
    "course": "judge.commands.managing:course",
    "rejudge": "judge.commands.rejudging:rejudge",
    "demo": "judge.commands.managing:demo",
}
"""Name of a command to "module:attribute" of its click command or group."""

EXIT_NOT_PROVEN = 1
EXIT_USAGE = 2
EXIT_JUDGE_FAILED = 3
_EXIT_INTERRUPTED = 130
_EXIT_PIPE_CLOSED = 141


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import the module of a command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="judge", prog_name="judge")
def judge() -> None:
    """An online judge and teaching platform for Go."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code. Errors have been told on stderr."""
    try:
        read_env_file()
        # Without standalone mode click returns what the command returned, or its exit code.
        code = judge.main(arguments, prog_name="judge", standalone_mode=False)
    except (click.ClickException, UserError) as error:
        return _fail(error, EXIT_USAGE)
    except JudgeFault as error:
        return _fail(error, EXIT_JUDGE_FAILED)
    except (click.Abort, KeyboardInterrupt):
        return _EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; keep Python from failing again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _EXIT_PIPE_CLOSED
    return code if isinstance(code, int) else 0


def _fail(error: Exception, code: int) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return code
    text = error.format_message() if isinstance(error, click.ClickException) else str(error)
    click.echo(f"judge: {' '.join(text.split())}", err=True)
    return code


if __name__ == "__main__":
    main()
