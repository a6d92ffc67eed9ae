# SPDX-License-Identifier: GPL-2.0-or-later
"""What a shell's line printed, if its last command is nicregs with --json and nothing else wrote: the arguments of that command."""
import re
import shlex

OTHERS = re.compile(r"[|<>`]|\$\(|\bdone\b|\bfi\b|\}")


def arguments(line):
    """Of the last command; None if it is another program, or goes on to another."""
    last = re.split(r";|&&|\n", line.strip().rstrip(";"))[-1]
    if OTHERS.search(last):
        return None
    try:
        words = shlex.split(last)
    except ValueError:
        return None
    while words and re.fullmatch(r"\w+=.*", words[0]):
        words.pop(0)
    if not words or words[0].rsplit("/", 1)[-1] != "nicregs" or "--json" not in words:
        return None
    return words[1:]


def document(line, output):
    """Arguments and the document; None if something else was printed as well."""
    words = arguments(line)
    begin = output.find("{")
    if words is None or begin < 0 or output[:begin].strip():
        return None
    return words, output
