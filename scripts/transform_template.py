"""Prints the template as CloudFormation gets it: the SAM transform, without AWS or network.

    .local/cfn-lint/bin/python scripts/transform_template.py [template.yaml]

SAM makes roles, aliases, deployments, permissions and the HTTP API's OpenAPI body. `sam validate`
checks none of these. A null anywhere is an error, because CloudFormation refuses it, and no linter
looks for one in a property without a schema.
"""

import json
import logging
import os
import sys

# The transform would log its own unfinished features.
logging.disable()
# The region only decides between aws, aws-cn and aws-us-gov. It is not called.
os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")

from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

FUNCTION = "AWS::Serverless::Function"
# Stands for the address that `sam deploy` writes after the upload.
UPLOADED = "s3://uploaded/function.zip"


class NoManagedPolicies:
    """The transform looks up policies that are named without ARN. The template names none."""

    def load(self):
        return {}


def transformed(path):
    with open(path, encoding="utf-8") as file:
        template = yaml_parse(file)
    for resource in template["Resources"].values():
        if resource["Type"] == FUNCTION:
            resource["Properties"]["CodeUri"] = UPLOADED
    return transform(template, {}, NoManagedPolicies())


def nulls(value, pointer=""):
    """Yields the JSON pointer of each null."""
    if value is None:
        yield pointer
    elif isinstance(value, dict):
        for name, member in value.items():
            escaped = name.replace("~", "~0").replace("/", "~1")
            yield from nulls(member, f"{pointer}/{escaped}")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from nulls(item, f"{pointer}/{position}")


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else "template.yaml"
    try:
        document = transformed(path)
    except InvalidDocumentException as error:
        sys.exit("\n".join(f"{path}: {cause.message}" for cause in error.causes))
    found = list(nulls(document))
    if found:
        sys.exit("\n".join(f"{path}: {pointer} is null, which CloudFormation refuses" for pointer in found))
    json.dump(document, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
