#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The workflow for a fork, which no test can run: it is sound YAML, each job has what the forge asks for, and every script that it
# names is there, can be run, and takes the argument that it is given.
. "${0%/*}/setup"

# WORKFLOW: a line for what is not as it has to be
wrong_in()
{
	python3 - "$1" <<'PYTHON' 2>&1
import itertools
import os
import re
import subprocess
import sys

import yaml


def rows(job):
    matrix = job.get("strategy", {}).get("matrix", {})
    return [dict(zip(matrix, row)) for row in itertools.product(*matrix.values())]


def filled(text, row, job):
    def value(match):
        name = re.fullmatch(r"matrix\.([a-z_]+)", match[1])
        if not name or name[1] not in row:
            print(f"{job}: {match[0]} is not of its matrix")
            return ""
        return row[name[1]]
    return re.sub(r"\$\{\{ *(.*?) *\}\}", value, text)


def check_script(line, job):
    """Commands of the tree: there, to be run, and with arguments that they know."""
    for words in (part.split() for part in re.split(r"&&|;|\n", line)):
        if not words or "/" not in words[0]:
            continue
        script = words[0]
        if not os.access(script, os.X_OK) or (os.path.exists(".git") and subprocess.run(["git", "ls-files", "--error-unmatch", script], capture_output=True).returncode):
            print(f"{job}: {script} cannot be run, or is not of the tree")
            continue
        text = open(script, encoding="utf-8").read()
        for word in words[1:]:
            if not re.search(rf"^\s*([a-z0-9]+ \| )*{re.escape(word)}( \| [a-z0-9]+)*\)", text, re.M):
                print(f"{job}: {script} does not know {word}")


def check_step(step, row, job):
    if ("run" in step) == ("uses" in step) or set(step) - {"run", "uses", "with", "name", "if"}:
        print(f"{job}: a step is `run` or `uses`: {step}")
    elif "uses" in step and not re.fullmatch(r"[\w-]+/[\w-]+@v[0-9.]+", step["uses"]):
        print(f"{job}: no version: {step['uses']}")
    elif "run" in step:
        line = filled(step["run"], row, job)
        if subprocess.run(["sh", "-n"], input=line, text=True).returncode:
            print(f"{job}: not a command: {line}")
        check_script(line, job)
        return line
    return ""


def main():
    flow = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
    # YAML's older version takes `on` for a truth.
    if not flow.get("name") or not (flow.get("on") or flow.get(True)) or flow.get("permissions") != {"contents": "read"}:
        print("name, on, or permissions that only read: one is missing")
    lines = []
    for name, job in flow["jobs"].items():
        if unknown := set(job) - {"name", "runs-on", "container", "timeout-minutes", "steps", "strategy"}:
            print(f"{name}: unknown: {unknown}")
        if not job.get("runs-on") or not job.get("steps") or not 0 < job.get("timeout-minutes", 0) <= 360:
            print(f"{name}: runs-on, steps or a limit of time is missing")
        if not any(step.get("uses", "").startswith("actions/checkout@") for step in job["steps"]):
            print(f"{name}: has no tree")
        for row in rows(job):
            lines += [check_step(step, row, name) for step in job["steps"]]
    for wanted in (".ci/run", "scripts/check-sanitizers", "scripts/check-elsewhere i386", "scripts/check-elsewhere arm64", "scripts/check-elsewhere s390x"):
        if wanted not in lines:
            print(f"no job runs {wanted}")


main()
PYTHON
}

if ! python3 -c 'import yaml' 2> /dev/null; then
	echo "skip workflow: there is no python3-yaml"
	exit 0
fi
for workflow in .github/workflows/*.yml; do
	wrong=$(wrong_in "$workflow")
	verdict "${workflow##*/} is sound" "$([ -z "$wrong" ]; echo $?)" "$wrong"
done

# Each kind of mistake is seen.
seen() # WHAT SED-PROGRAM MESSAGE
{
	sed "$2" .github/workflows/check.yml > "$dir/broken.yml"
	wrong=$(wrong_in "$dir/broken.yml")
	verdict "seen: $1" "$(echo "$wrong" | grep -qF "$3"; echo $?)" "$wrong"
}
seen "a script that is not there" 's|scripts/check-sanitizers|scripts/check-sanitizer|' "scripts/check-sanitizer cannot be run"
seen "an architecture that is not known" 's|arm64, |arm63, |' "scripts/check-elsewhere does not know arm63"
seen "a matrix that is not there" 's|{ matrix.architecture|{ matrix.arch|' "is not of its matrix"
seen "a job without a limit of time" '/timeout-minutes/d' "a limit of time is missing"
seen "an action without a version" 's|checkout@v4|checkout|' "no version: actions/checkout"
seen "a part of the packages that is not known" 's|packages/run static|packages/run statick|' "tests/packages/run does not know statick"
seen "a job that is missing" 's|\.ci/run|make|' "no job runs .ci/run"

if command -v yamllint > /dev/null; then
	rules='{extends: default, rules: {line-length: {max: 160}, document-start: disable, truthy: {check-keys: false}}}'
	yamllint -s -d "$rules" .github/*/*.yml tests/fuzz/oss-fuzz/project.yaml > "$dir/yamllint" 2>&1
	verdict "yamllint has nothing to say" $? "$(cat "$dir/yamllint")"
else
	echo "skip workflow: there is no yamllint"
fi
exit $failed
