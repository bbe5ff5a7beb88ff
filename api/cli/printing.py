"""All that the command line prints: a control character in data is shown, and does nothing to the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import click

# As wide as they are, so that columns stay in line; the sign for "no character" stands for those that have no picture.
_PICTURES = {sign: chr(0x2400 + sign) for sign in range(0x20)} | {0x7F: "\u2421"}
_TURNING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))  # these write backwards over what stands beside them
_UNSEEN = (*range(0x7F, 0xA0), *_TURNING)
_SHOWN = dict.fromkeys(_UNSEEN, "\ufffd") | {sign: _PICTURES[sign] for sign in _PICTURES if chr(sign) not in "\n\t"}
_ESCAPED = {sign: f"\\u{sign:04x}" for sign in _UNSEEN}


def harmless(text: str) -> str:
    """Return a text with a picture in the place of each control character; lines and tabs stay.

    >>> harmless("a \x1b[31mred name")
    'a ␛[31mred name'
    """
    return text.translate(_SHOWN)


def echo(text: str, err: bool = False) -> None:
    """Print a text and end the line."""
    click.echo(harmless(text), err=err)


def print_lines(lines: Iterable[str]) -> None:
    """Print lines as they come."""
    for line in lines:
        echo(line)


def print_json(value: Any) -> None:
    """Print a value as JSON, its letters unescaped."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False).translate(_ESCAPED))


def print_data(text: str) -> None:
    """Print data for programs as it is; a person at a terminal sees it as any other text."""
    click.echo(harmless(text.replace("\r\n", "\n")) if sys.stdout.isatty() else text, nl=False)
