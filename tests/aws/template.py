"""The template as CloudFormation gets it, with its references resolved."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TRANSFORM = [ROOT / ".local/cfn-lint/bin/python", "scripts/transform_template.py"]
ACCOUNT, REGION, PARTITION = "123456789012", "eu-central-1", "aws"
NO_VALUE = object()


@cache
def document_text():
    return subprocess.run(TRANSFORM, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def document():
    return json.loads(document_text())


class Stack:
    """A stack with given parameters. `make` is called for a resource at the first reference to it, and
    returns the values of its `Ref` and its attributes."""

    def __init__(self, name, parameters, make):
        self.document = document()
        self.make = make
        self.made = {}
        self.under_way = []
        declared = self.document["Parameters"].items()
        self.values = {key: it["Default"] for key, it in declared} | parameters
        stack_id = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/7f3a1c"
        self.values |= {
            "AWS::StackName": name,
            "AWS::StackId": stack_id,
            "AWS::Region": REGION,
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": PARTITION,
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": NO_VALUE,
        }

    def make_all(self):
        for logical_id, resource in self.document["Resources"].items():
            if "Condition" not in resource or self.holds(resource["Condition"]):
                self.resource(logical_id)

    def resource(self, logical_id):
        if logical_id not in self.made:
            if logical_id in self.under_way:
                raise RecursionError(" -> ".join([*self.under_way, logical_id]))
            self.under_way.append(logical_id)
            resource = self.document["Resources"][logical_id]
            depends = resource.get("DependsOn", [])
            for other in [depends] if isinstance(depends, str) else depends:
                self.resource(other)
            properties = self.resolve(resource.get("Properties", {}))
            self.made[logical_id] = self.make(logical_id, resource["Type"], properties)
            self.under_way.pop()
        return self.made[logical_id]

    def holds(self, condition):
        return self.resolve(self.document["Conditions"][condition])

    def reference(self, name):
        return self.values[name] if name in self.values else self.resource(name)["Ref"]

    def attribute(self, name, attribute):
        return self.resource(name)[attribute]

    def resolve(self, value):
        if isinstance(value, list):
            items = (self.resolve(item) for item in value)
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(name, argument)] = value.items()
            function = getattr(self, "fn_" + name.split("::")[-1].lower(), None)
            if function and (name.startswith("Fn::") or name in ("Ref", "Condition")):
                return function(argument)
        members = {name: self.resolve(member) for name, member in value.items()}
        return {name: member for name, member in members.items() if member is not NO_VALUE}

    def fn_ref(self, name):
        return self.reference(name)

    def fn_getatt(self, path):
        name, attribute = path if isinstance(path, list) else path.split(".", 1)
        return self.attribute(name, attribute)

    def fn_sub(self, argument):
        text, variables = argument if isinstance(argument, list) else (argument, {})

        def value(match):
            name = match[1]
            if name in variables:
                return str(self.resolve(variables[name]))
            own, dot, attribute = name.partition(".")
            return str(self.attribute(own, attribute) if dot else self.reference(name))

        return re.sub(r"\$\{([^!}]+)\}", value, text)

    def fn_if(self, argument):
        condition, then, otherwise = argument
        return self.resolve(then if self.holds(condition) else otherwise)

    def fn_condition(self, name):
        # The member `Condition` of a policy's statement is not a function.
        return self.holds(name) if isinstance(name, str) else {"Condition": self.resolve(name)}

    def fn_join(self, argument):
        return argument[0].join(str(part) for part in self.resolve(argument[1]))

    def fn_select(self, argument):
        return self.resolve(argument[1])[int(argument[0])]

    def fn_split(self, argument):
        return self.resolve(argument[1]).split(argument[0])

    def fn_equals(self, argument):
        left, right = self.resolve(argument)
        return str(left) == str(right)

    def fn_not(self, argument):
        return not self.resolve(argument[0])

    def fn_and(self, argument):
        return all(self.resolve(argument))

    def fn_or(self, argument):
        return any(self.resolve(argument))
