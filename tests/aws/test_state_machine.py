"""Runs the sweep's state machine in an interpreter of its language, with the function's own binary."""

import json
import logging
import os
import threading
import time
import unittest
import uuid
from collections import defaultdict
from unittest import mock

os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}

import boto3  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl  # noqa: E402
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils  # noqa: E402
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (  # noqa: E402
    state_task_service_aws_sdk as sdk_task,
)

import resources  # noqa: E402
from function import Function, FunctionFailed, Store, binary  # noqa: E402
from template import ACCOUNT, REGION, Stack, document  # noqa: E402

# The interpreter logs each error that ends an execution.
logging.disable(logging.CRITICAL)

MACHINE = "ExpirationSweepStateMachine"
INTERPRETED = {"stepfunctions": {"execute_state_machine": True}}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/sweep"
ENDS_WITHIN_SECONDS = 60


def credits(tenant, count):
    for number in range(count):
        id = f"credit-{number}"
        yield {
            "pk": f"{tenant}#credits",
            "sk": id,
            "tenant_id": tenant,
            "id": id,
            "expiration_state": "pending",
            "expiration_date": "2020-01-31",
            "sys_version": 1,
        }


class StateMachine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        table = document()["Resources"]["Table"]["Properties"]
        cls.store = Store(table)
        cls.addClassCleanup(cls.store.stop)
        environment = {
            "TABLE_NAME": cls.store.name,
            "AWS_ENDPOINT_URL_DYNAMODB": cls.store.endpoint,
        }
        cls.function = Function(binary("expiration_sweep"), environment)
        cls.addClassCleanup(cls.function.stop)

    def setUp(self):
        self.payloads = []
        # The number of credits after which a run ends, as at its deadline.
        self.limit = None
        self.before = lambda payload: None
        self.change = lambda payload, answer: answer
        # The waits of retriers are not tested here.
        waits = mock.patch.object(retrier_decl, "time", mock.Mock(sleep=lambda _: None))
        invoked = mock.patch.object(lambda_eval_utils, "_invoke_lambda_function", self.invoke)
        asked = mock.patch.object(sdk_task, "boto_client_for", lambda **_: self)
        for patched in (waits, invoked, asked, mock_aws(config=INTERPRETED)):
            patched.start()
            self.addCleanup(patched.stop)
        self.client = boto3.client("stepfunctions", region_name=REGION)
        stack = Stack("certifications-dev", {}, self.make)
        self.machine = stack.resource(MACHINE)["Ref"]

    def make(self, logical_id, kind, properties):
        """Makes only the state machine. Its references are plain ARNs."""
        if logical_id != MACHINE:
            return defaultdict(lambda: ROLE)
        definition = resources.definition(properties)
        made = self.client.create_state_machine(name="sweep", definition=definition, roleArn=ROLE)
        return {"Ref": made["stateMachineArn"]}

    def invoke(self, parameters, region, state_credentials):
        payload = json.loads(parameters["Payload"])
        self.payloads.append(payload)
        try:
            self.before(payload)
            if "step" not in payload and self.limit:
                payload = payload | {"limit": self.limit}
            answer = self.change(payload, self.function.invoke(payload))
            return {"StatusCode": 200, "Payload": answer}
        except FunctionFailed as failed:
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": failed.answer}

    def list_executions(self, **parameters):
        """Converts names: in Step Functions they begin with a capital, and moto passes them on unchanged."""
        found = self.client.list_executions(**resources.camel_case(parameters))
        return {"Executions": [{"ExecutionArn": it["executionArn"]} for it in found["executions"]]}

    def start(self, event):
        name, text = str(uuid.uuid4()), json.dumps(event)
        started = self.client.start_execution(stateMachineArn=self.machine, name=name, input=text)
        return started["executionArn"]

    def end(self, execution):
        deadline = time.monotonic() + ENDS_WITHIN_SECONDS
        while time.monotonic() < deadline:
            described = self.client.describe_execution(executionArn=execution)
            if described["status"] != "RUNNING":
                output = json.loads(described.get("output") or "null")
                return described["status"], output, described.get("error")
            time.sleep(0.02)
        self.fail("the execution does not end")

    def run_with(self, event):
        return self.end(self.start(event))

    def asked(self, step=None):
        return [payload for payload in self.payloads if payload.get("step") == step]

    def tenants(self, count, due):
        """Registers new tenants with this many due credits."""
        prefix = uuid.uuid4().hex[:8]
        names = [f"{prefix}-{number:03}" for number in range(count)]
        for name in names:
            self.store.put(credits(name, due))
        return names

    def test_one_hundred_and_twenty_registered_tenants_are_swept_in_three_groups(self):
        names = self.tenants(120, 1)
        self.store.put({"pk": "#tenants", "sk": name} for name in names)
        status, total, _ = self.run_with({})
        self.assertEqual(status, "SUCCEEDED")
        expected = {"tenants": 120, "examined": 120, "archived": 120, "complete": True}
        self.assertEqual(total, total | expected)
        self.assertEqual(sorted(len(it["tenants"]) for it in self.asked()), [20, 50, 50])
        self.assertEqual({tuple(self.store.versions(name)) for name in names}, {(2,)})

    def test_a_group_is_swept_in_rounds_until_nothing_is_left(self):
        names = self.tenants(2, 9)
        self.limit = 4
        status, total, _ = self.run_with({"tenants": names})
        self.assertEqual(status, "SUCCEEDED")
        self.assertEqual((total["tenants"], total["archived"]), (2, 18))
        self.assertEqual(len(self.asked()), 5)
        self.assertEqual(self.store.versions(names[1]), [2] * 9)

    def test_more_tenants_than_a_plan_holds_are_planned_in_pages(self):
        names = [f"nobody-{number:03}" for number in range(520)]
        status, total, _ = self.run_with({"tenants": names, "dry_run": True})
        self.assertEqual((status, total["tenants"]), ("SUCCEEDED", 520))
        self.assertEqual([it["after"] for it in self.asked("plan")], [None, "nobody-499"])
        self.assertEqual(len(self.asked()), 11)
        self.assertTrue(all(it["dry_run"] for it in self.asked()))

    def test_without_tenants_the_execution_succeeds(self):
        empty = {"items": [], "after": None}
        self.change = lambda asked, answer: empty if asked.get("step") == "plan" else answer
        status, total, _ = self.run_with({})
        self.assertEqual((status, total["tenants"], total["complete"]), ("SUCCEEDED", 0, True))

    def test_the_members_of_the_event_reach_each_run(self):
        names = self.tenants(2, 1)
        event = {"tenants": names, "as_of": "2020-02-01", "dry_run": True}
        status, total, _ = self.run_with(event)
        self.assertEqual((status, total["as_of"], total["archived"]), ("SUCCEEDED", "2020-02-01", 2))
        self.assertEqual(self.asked(), [event])
        self.assertEqual(self.store.versions(names[0]), [])

    def test_an_event_that_is_refused_fails_at_once(self):
        for event in ({"limit": 5}, {"tenant": "a"}, {"as_of": "9999-12-31"}):
            status, _, error = self.run_with(event)
            self.assertEqual((status, error), ("FAILED", "invalid-request"))
        self.assertEqual(len(self.payloads), 3)

    def test_transient_errors_are_retried(self):
        names = self.tenants(1, 2)
        errors = ["Lambda.TooManyRequestsException", "unavailable", "Lambda.ServiceException"]

        def fail(_):
            if errors:
                raise FunctionFailed(errors.pop())

        self.before = fail
        status, total, _ = self.run_with({"tenants": names})
        self.assertEqual((status, total["archived"]), ("SUCCEEDED", 2))
        self.assertEqual(len(self.asked("plan")), 4)

    def test_a_plan_that_never_succeeds_fails_after_six_attempts(self):
        def fail(_):
            raise FunctionFailed("unavailable")

        self.before = fail
        status, _, error = self.run_with({})
        self.assertEqual((status, error, len(self.payloads)), ("FAILED", "unavailable", 6))

    def test_a_tenant_that_fails_for_good_does_not_stop_its_group_but_fails_the_execution(self):
        names = self.tenants(60, 1)
        poison = names[7]

        def fail(payload):
            if "step" not in payload and poison in payload["tenants"]:
                raise FunctionFailed("Runtime.ExitError")

        self.before = fail
        status, _, error = self.run_with({"tenants": names})
        self.assertEqual((status, error), ("FAILED", "incomplete"))
        swept = {name: self.store.versions(name) for name in names}
        self.assertEqual(swept.pop(poison), [])
        self.assertEqual(set(map(tuple, swept.values())), {(2,)})
        # Two groups, one of them six times, then each of its fifty tenants alone, one of them six times.
        self.assertEqual(len(self.asked()), 1 + 6 + 49 + 6)

    def test_a_report_without_a_member_fails_the_execution(self):
        def forget(asked, answer):
            if "step" not in asked:
                del answer["failed"]
            return answer

        self.change = forget
        status, _, _ = self.run_with({"tenants": self.tenants(1, 1)})
        self.assertEqual(status, "FAILED")

    def test_an_execution_that_would_overlap_ends_at_once_and_says_so(self):
        [name] = self.tenants(1, 1)
        planning, go_on = threading.Event(), threading.Event()

        def wait(_):
            planning.set()
            go_on.wait(ENDS_WITHIN_SECONDS)

        self.before = wait
        older = self.start({"tenants": [name]})
        self.assertTrue(planning.wait(ENDS_WITHIN_SECONDS))
        status, said, _ = self.run_with({"tenants": [name]})
        self.assertEqual((status, said["running"]), ("SUCCEEDED", older))
        self.assertIn("nothing was swept", said["skipped"])
        self.assertEqual(len(self.payloads), 1)
        go_on.set()
        status, total, _ = self.end(older)
        self.assertEqual((status, total["archived"]), ("SUCCEEDED", 1))


if __name__ == "__main__":
    unittest.main()
