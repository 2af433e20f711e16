#!/usr/bin/env python3
"""The steps of `make deploy` before and after the deployment itself.

    deployment.py check ENV        prints account, region and stack; refuses a wrong deployment
    deployment.py parameters ENV   prints the parameters of samconfig.toml and of the environment
    deployment.py release FOLDER   writes release.json, which tells two deployments of the same code apart
    deployment.py protect ENV      turns on the termination protection of prod

The script runs in the virtual environment of the SAM CLI, which contains AWS's SDK.
"""

import json
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from boto3 import Session
from botocore.exceptions import BotoCoreError, ClientError

try:
    import tomllib
except ImportError:
    # For Python before 3.11. The SAM CLI installs tomlkit.
    import tomlkit as tomllib

ROOT = Path(__file__).resolve().parent.parent
# The environment variables that set parameters of the template.
FROM_ENVIRONMENT = {"ALARM_EMAIL": "AlarmEmail", "ALARM_TOPIC_ARN": "AlarmTopicArn"}


def configuration(environment):
    """Returns the section of samconfig.toml for an environment."""
    with open(ROOT / "samconfig.toml", "rb") as file:
        return tomllib.load(file)[environment]["deploy"]["parameters"]


def parameters(environment):
    """Returns `Name=value` for each parameter. Environment variables win over the file."""
    set_there = (it.split("=", 1) for it in configuration(environment)["parameter_overrides"])
    values = dict(set_there)
    for variable, name in FROM_ENVIRONMENT.items():
        if os.environ.get(variable):
            values[name] = os.environ[variable]
    return [f"{name}={value}" for name, value in values.items()]


def check(environment):
    try:
        session = Session()
        if session.get_credentials() is None:
            sys.exit("there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        if not session.region_name:
            sys.exit("there is no AWS region: set AWS_DEFAULT_REGION, or a profile that has one")
        account = session.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"AWS does not say which account this is: {error}")
    region, stack = session.region_name, configuration(environment)["stack_name"]
    print(f"account {account}, region {region}, stack {stack}", flush=True)
    for what, value in (("ACCOUNT", account), ("REGION", region)):
        variable = f"DEPLOY_{what}_{environment.upper()}"
        expected = os.environ.get(variable, value)
        if expected != value:
            sys.exit(f"{variable} expects {expected}, not {value}: nothing was deployed")
    named = {it.split("=", 1)[0] for it in parameters(environment) if not it.endswith("=")}
    if environment == "prod" and named.isdisjoint(FROM_ENVIRONMENT.values()):
        sys.exit(
            "the alarms of prod would tell nobody: set ALARM_EMAIL to an address, or ALARM_TOPIC_ARN to"
            " your SNS topic, as in\n    ALARM_EMAIL=ops@example.org make deploy ENV=prod"
        )


def release():
    """Returns the commit and the time as JSON. Because of the time each deployment publishes new
    versions, also of a commit that was rolled back, and when only a parameter has changed."""
    commit = git("rev-parse", "HEAD")
    if git("status", "--porcelain"):
        commit += " with changes"
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return json.dumps({"commit": commit, "built_at": now}) + "\n"


def git(*arguments):
    ran = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return ran.stdout.strip()


def protect(environment):
    if environment != "prod":
        return
    stack = configuration(environment)["stack_name"]
    client = Session().client("cloudformation")
    client.update_termination_protection(StackName=stack, EnableTerminationProtection=True)
    print(f"{stack} cannot be deleted while its termination protection is on")


def main():
    commands = {
        "check": check,
        "parameters": lambda environment: print("\n".join(parameters(environment))),
        "release": lambda folder: (Path(folder) / "release.json").write_text(release()),
        "protect": protect,
    }
    if len(sys.argv) != 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](sys.argv[2])


if __name__ == "__main__":
    main()
