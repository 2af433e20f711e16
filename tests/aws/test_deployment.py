"""The steps of `make deploy` before and after the deployment, on a stand-in for AWS in this process."""

import contextlib
import io
import json
import os
import shlex
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}

from moto import mock_aws  # noqa: E402

from template import ACCOUNT, REGION, ROOT, document  # noqa: E402

sys.path.insert(0, str(ROOT / "scripts"))
import deployment  # noqa: E402

EMAIL = {"ALARM_EMAIL": "ops@example.org"}


@mock_aws
class Deployment(unittest.TestCase):
    def check(self, environment, **variables):
        """Returns the printed text, and the refusal if there is one."""
        printed = io.StringIO()
        variables = {"AWS_DEFAULT_REGION": REGION} | variables
        with mock.patch.dict(os.environ, variables), contextlib.redirect_stdout(printed):
            try:
                deployment.check(environment)
            except SystemExit as refusal:
                return printed.getvalue(), refusal.code
        return printed.getvalue(), None

    def test_account_region_and_stack_are_printed(self):
        said, refusal = self.check("dev")
        expected = f"account {ACCOUNT}, region {REGION}, stack certifications-dev\n"
        self.assertEqual((said, refusal), (expected, None))

    def test_prod_is_refused_while_its_alarms_tell_nobody(self):
        _, refusal = self.check("prod")
        self.assertIn("the alarms of prod would tell nobody: set ALARM_EMAIL", refusal)
        for variables in (EMAIL, {"ALARM_TOPIC_ARN": "arn:aws:sns:eu-central-1:1:own"}):
            self.assertIsNone(self.check("prod", **variables)[1])

    def test_another_account_or_region_than_expected_is_refused(self):
        for variable in ("DEPLOY_ACCOUNT_PROD", "DEPLOY_REGION_PROD"):
            _, refusal = self.check("prod", **EMAIL, **{variable: "another"})
            self.assertIn(f"{variable} expects another", refusal)
            self.assertIn("nothing was deployed", refusal)
        own = {"DEPLOY_ACCOUNT_PROD": ACCOUNT, "DEPLOY_REGION_PROD": REGION}
        self.assertIsNone(self.check("prod", **EMAIL, **own)[1])
        # The variables of prod do not concern dev.
        self.assertIsNone(self.check("dev", DEPLOY_ACCOUNT_PROD="another")[1])

    def test_a_missing_region_names_the_variable_to_set(self):
        with mock.patch.dict(os.environ):
            os.environ.pop("AWS_REGION", None)
            _, refusal = self.check("dev", AWS_DEFAULT_REGION="")
        self.assertIn("set AWS_DEFAULT_REGION", refusal or "")

    def test_an_unknown_profile_is_named(self):
        _, refusal = self.check("dev", AWS_PROFILE="nobody")
        self.assertIn("nobody", refusal or "")

    def test_the_parameters_are_those_of_the_file_and_of_the_environment(self):
        declared = document()["Parameters"]
        for environment in ("dev", "staging", "prod"):
            with mock.patch.dict(os.environ, EMAIL):
                given = dict(it.split("=", 1) for it in deployment.parameters(environment))
            self.assertEqual(given["Environment"], environment)
            self.assertEqual(given["AlarmEmail"], EMAIL["ALARM_EMAIL"])
            self.assertLessEqual(set(given), set(declared))

    def test_each_release_names_the_commit_and_differs_from_the_last(self):
        releases = [json.loads(deployment.release()) for _ in range(2)]
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True)
        for release in releases:
            self.assertTrue(release["commit"].startswith(head.stdout.strip()))
        later = deployment.datetime(2099, 1, 1, tzinfo=deployment.timezone.utc)
        with mock.patch.object(deployment, "datetime", mock.Mock(now=lambda _: later)):
            self.assertNotEqual(json.loads(deployment.release()), releases[0])

    def test_only_the_stack_of_prod_is_protected(self):
        calls = []
        client = mock.Mock(update_termination_protection=lambda **call: calls.append(call))
        session = mock.Mock(client=lambda _: client)
        with mock.patch.object(deployment, "Session", lambda: session):
            with contextlib.redirect_stdout(io.StringIO()):
                for environment in ("dev", "staging", "prod"):
                    deployment.protect(environment)
        expected = {"StackName": "certifications-prod", "EnableTerminationProtection": True}
        self.assertEqual(calls, [expected])


class Files(unittest.TestCase):
    def test_every_function_has_the_variables_of_sam_local(self):
        """SAM passes on only variables that the template names."""
        given = json.loads((ROOT / "sam-local.json").read_text())
        self.assertEqual(list(given), ["Parameters"])
        for logical_id, resource in document()["Resources"].items():
            if resource["Type"] == "AWS::Lambda::Function":
                named = resource["Properties"]["Environment"]["Variables"]
                self.assertLessEqual(set(given["Parameters"]), set(named), logical_id)

    def test_the_document_of_costs_is_what_the_script_computes(self):
        printed = subprocess.run(
            [ROOT / ".local/cfn-lint/bin/python", "scripts/cost.py"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        written = (ROOT / "docs/cost.md").read_text()
        self.assertTrue(printed.stdout == written, "run `make cost`")


# Stands in for the AWS CLI: it notes each call, and answers from a table with two tenants.
AWS = """#!/bin/sh
echo "$*" >>calls
case "$*" in
*describe-stacks*) echo T ;;
*"wait table-exists"*) [ "$(grep -c 'wait table-exists' calls)" -gt "$SLOW" ] ;;
*query*-restored-*) echo 1 ;;
*query*) printf '1\\n1\\n' ;;
*"$FAILING"*) exit 1 ;;
esac
"""


class RestoreDrill(unittest.TestCase):
    def drill(self, *arguments, slow=0, failing="nothing"):
        """Returns the output of a drill, and its calls to the AWS CLI."""
        with tempfile.TemporaryDirectory() as folder:
            aws = Path(folder) / "aws"
            aws.write_text(AWS)
            aws.chmod(0o755)
            ran = subprocess.run(
                [ROOT / "scripts/restore_drill.sh", *arguments],
                cwd=folder,
                capture_output=True,
                text=True,
                env={"PATH": f"{folder}:/usr/bin:/bin", "SLOW": str(slow), "FAILING": failing},
            )
            calls = Path(folder) / "calls"
            return ran, calls.read_text().splitlines() if calls.exists() else []

    def test_without_run_it_calls_nothing_and_prints_commands_that_a_shell_can_read(self):
        dry, calls = self.drill("certifications-prod")
        self.assertEqual((dry.returncode, calls), (0, []))
        lines = dry.stdout.splitlines()
        self.assertEqual(lines.pop(), "No command was run: --run runs them")
        commands = [shlex.split(line) for line in lines]
        for command in commands:
            self.assertEqual(command[:2], ["+", "aws"])
        self.assertIn("pk = :pk", commands[-2])
        self.assertEqual(commands[-1][2:4], ["dynamodb", "delete-table"])

    def test_it_waits_for_a_slow_restore_counts_all_pages_and_deletes_the_copy(self):
        ran, calls = self.drill("certifications-prod", "--run", slow=3)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertIn("tenants: 2 in T, 1 in T-restored-", ran.stdout)
        self.assertIn("These differ", ran.stdout)
        self.assertEqual(sum("wait table-exists" in call for call in calls), 4)
        self.assertIn("delete-table --table-name T-restored-", calls[-1])

    def test_a_drill_that_fails_names_what_it_left_behind(self):
        ran, calls = self.drill("certifications-prod", "--run", failing="update-time-to-live")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("delete T-restored-", ran.stderr)
        self.assertFalse(any("delete-table" in call for call in calls))

    def test_a_kept_copy_is_protected_and_of_the_requested_moment(self):
        moment = "2026-11-27T10:00:00Z"
        ran, calls = self.drill("certifications-prod", "--run", "--keep", "--at", moment)
        self.assertEqual(ran.returncode, 0)
        self.assertIn(f"--restore-date-time {moment}", calls[1])
        self.assertIn("--deletion-protection-enabled", calls[-1])

    def test_it_refuses_unknown_arguments(self):
        for arguments in ([], ["a", "b"], ["a", "--at"], ["a", "--runs"]):
            ran, calls = self.drill(*arguments)
            self.assertEqual((ran.returncode, calls), (2, []), arguments)


if __name__ == "__main__":
    unittest.main()
