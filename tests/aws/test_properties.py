"""Checks the properties of every resource against the AWS SDK's model of its service."""

import os
import unittest

os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}

from botocore.exceptions import ParamValidationError  # noqa: E402
from moto import mock_aws  # noqa: E402

import resources  # noqa: E402
from template import ACCOUNT, REGION, Stack  # noqa: E402

MANAGED = {"iam": {"load_aws_managed_policies": True}, "lambda": {"use_docker": False}}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:own"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1b6c2e5e-8d0f-4b53-9b5a-0d6d4f0c2a11"
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/0d6d4f0c-2a11-4b53-9b5a-1b6c2e5e8d0f"

# With these parameters every resource is made, and every property has a value.
FULL = {
    "Environment": "prod",
    "AlarmEmail": "ops@example.org",
    "AlarmTopicArn": TOPIC,
    "MonthlyBudget": 500,
    "CorsOrigin": "https://app.example",
    "CorsSecondOrigin": "https://admin.example",
    "DomainName": "api.example.org",
    "CertificateArn": CERTIFICATE,
    "KmsKeyArn": KEY,
}


@mock_aws(config=MANAGED)
class Properties(unittest.TestCase):
    def test_every_resource_of_a_dev_stack_without_any_parameter_is_accepted(self):
        stack = Stack("certifications-dev", {}, resources.make)
        stack.make_all()
        conditional = {"AlarmTopic", "Budget", "Domain", "DomainMapping"}
        self.assertEqual(set(stack.document["Resources"]) - set(stack.made), conditional)

    def test_every_resource_of_a_prod_stack_with_every_parameter_is_accepted(self):
        stack = Stack("certifications-prod", dict(FULL), resources.make)
        stack.make_all()
        self.assertEqual(set(stack.document["Resources"]), set(stack.made))

    def test_a_stack_over_a_restored_table_is_accepted(self):
        stack = Stack("certifications-prod", FULL | {"TableName": "restored"}, resources.make)
        stack.make_all()
        variables = stack.resolve(stack.document["Resources"]["CreditsFunction"]["Properties"])
        self.assertEqual(variables["Environment"]["Variables"]["TABLE_NAME"], "restored")

    def test_a_property_that_a_service_does_not_know_is_refused(self):
        stack = Stack("certifications-dev", {}, resources.make)
        schedule = stack.document["Resources"]["ExpirationSweepSchedule"]["Properties"]
        schedule["FlexibleTimeWindow"] = {"Mode": "OFF", "MaximumWindow": 1}
        with self.assertRaisesRegex(ParamValidationError, "MaximumWindow"):
            stack.resource("ExpirationSweepSchedule")

    def test_moto_still_lacks_the_listed_operations(self):
        for name in resources.NOT_IN_MOTO:
            service, operation = name.split(".")
            client = resources.boto3.client(service, region_name=REGION)
            with self.assertRaises(NotImplementedError, msg=f"take {name} off the list"):
                getattr(client, operation)(Body="{}")


class References(unittest.TestCase):
    def test_a_circle_is_found(self):
        stack = Stack("certifications-dev", {}, lambda *_: {"Ref": "", "Arn": ""})
        table = stack.document["Resources"]["Table"]["Properties"]
        table["BillingMode"] = {"Fn::GetAtt": ["AuthorizerFunction", "Arn"]}
        with self.assertRaisesRegex(RecursionError, "Table -> .* -> Table"):
            stack.resource("Table")


if __name__ == "__main__":
    unittest.main()
