"""Makes each resource of the template as CloudFormation would. The AWS SDK checks every parameter against
its model of the service, and moto makes the resource."""

import io
import json
import zipfile

import boto3
from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidator

from template import ACCOUNT, PARTITION, REGION

# The operations that moto lacks. Only the SDK's model checks these.
NOT_IN_MOTO = {"apigatewayv2.import_api"}


def call(service, operation, **parameters):
    client = boto3.client(service, region_name=REGION)
    name = client.meta.method_to_api_mapping[operation]
    model = client.meta.service_model.operation_model(name)
    report = ParamValidator().validate(parameters, model.input_shape)
    if report.has_errors():
        raise ParamValidationError(report=f"{service}.{operation}: {report.generate_report()}")
    if f"{service}.{operation}" in NOT_IN_MOTO:
        return {}
    return getattr(client, operation)(**parameters)


def arn(service, rest):
    return f"arn:{PARTITION}:{service}:{REGION}:{ACCOUNT}:{rest}"


def camel_case(value):
    """Converts names: CloudFormation begins them with a capital, some services do not."""
    if isinstance(value, list):
        return [camel_case(item) for item in value]
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: camel_case(member) for name, member in value.items()}
    return value


def make(logical_id, kind, properties):
    name = "make_" + kind.removeprefix("AWS::").replace("::", "_").lower()
    return globals()[name](logical_id, properties)


def make_dynamodb_table(logical_id, own):
    backups = own.pop("PointInTimeRecoverySpecification")
    time_to_live = own.pop("TimeToLiveSpecification")
    if encryption := own.pop("SSESpecification", None):
        encryption["Enabled"] = encryption.pop("SSEEnabled")
        own["SSESpecification"] = encryption
    made = call("dynamodb", "create_table", TableName=logical_id, **own)["TableDescription"]
    recovery = {"PointInTimeRecoverySpecification": backups}
    call("dynamodb", "update_continuous_backups", TableName=logical_id, **recovery)
    expiry = {"TimeToLiveSpecification": time_to_live}
    call("dynamodb", "update_time_to_live", TableName=logical_id, **expiry)
    return {"Ref": logical_id, "Arn": made["TableArn"]}


def make_logs_loggroup(logical_id, own):
    name = own.pop("LogGroupName", f"stack-{logical_id}")
    days = own.pop("RetentionInDays")
    call("logs", "create_log_group", logGroupName=name, **camel_case(own))
    call("logs", "put_retention_policy", logGroupName=name, retentionInDays=days)
    return {"Ref": name, "Arn": arn("logs", f"log-group:{name}:*")}


def make_logs_metricfilter(logical_id, own):
    for metric in own["MetricTransformations"]:
        metric["Dimensions"] = {it["Key"]: it["Value"] for it in metric["Dimensions"]}
    dimensions = [metric.pop("Dimensions") for metric in own["MetricTransformations"]]
    own = camel_case(own)
    for metric, of_metric in zip(own["metricTransformations"], dimensions):
        metric["dimensions"] = of_metric
    call("logs", "put_metric_filter", filterName=logical_id, **own)
    return {"Ref": logical_id}


def make_iam_role(logical_id, own):
    trust = json.dumps(own["AssumeRolePolicyDocument"])
    tags = {"Tags": own["Tags"]} if "Tags" in own else {}
    made = call("iam", "create_role", RoleName=logical_id, AssumeRolePolicyDocument=trust, **tags)
    for policy in own.get("Policies", []):
        document = {"PolicyDocument": json.dumps(policy["PolicyDocument"])}
        named = {"RoleName": logical_id, "PolicyName": policy["PolicyName"]}
        call("iam", "put_role_policy", **named, **document)
    for managed in own.get("ManagedPolicyArns", []):
        call("iam", "attach_role_policy", RoleName=logical_id, PolicyArn=managed)
    return {"Ref": logical_id, "Arn": made["Role"]["Arn"]}


def make_iam_managedpolicy(logical_id, own):
    own["PolicyDocument"] = json.dumps(own["PolicyDocument"])
    made = call("iam", "create_policy", PolicyName=logical_id, **own)
    return {"Ref": made["Policy"]["Arn"]}


def make_lambda_function(logical_id, own):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bootstrap", "#!/bin/sh\n")
    own["Code"] = {"ZipFile": packed.getvalue()}
    own["Tags"] = {tag["Key"]: tag["Value"] for tag in own["Tags"]}
    made = call("lambda", "create_function", FunctionName=logical_id, **own)
    return {"Ref": logical_id, "Arn": made["FunctionArn"]}


def make_lambda_version(_, own):
    made = call("lambda", "publish_version", **own)
    return {"Ref": made["FunctionArn"], "Version": made["Version"]}


def make_lambda_alias(_, own):
    made = call("lambda", "create_alias", **own)
    return {"Ref": made["AliasArn"]}


def make_lambda_permission(logical_id, own):
    call("lambda", "add_permission", StatementId=logical_id, **own)
    return {"Ref": logical_id}


def make_apigatewayv2_api(logical_id, own):
    call("apigatewayv2", "import_api", Body=json.dumps(own["Body"]))
    made = call("apigatewayv2", "create_api", Name=logical_id, ProtocolType="HTTP")
    return {"Ref": made["ApiId"]}


def make_apigatewayv2_stage(_, own):
    call("apigatewayv2", "create_stage", **own)
    return {"Ref": own["StageName"]}


def make_apigatewayv2_domainname(_, own):
    made = call("apigatewayv2", "create_domain_name", **own)
    [configuration] = made["DomainNameConfigurations"]
    target = configuration.get("ApiGatewayDomainName", "")
    return {"Ref": own["DomainName"], "RegionalDomainName": target}


def make_apigatewayv2_apimapping(_, own):
    made = call("apigatewayv2", "create_api_mapping", **own)
    return {"Ref": made["ApiMappingId"]}


def make_cloudwatch_alarm(logical_id, own):
    call("cloudwatch", "put_metric_alarm", AlarmName=logical_id, **own)
    return {"Ref": logical_id, "Arn": arn("cloudwatch", f"alarm:{logical_id}")}


def make_cloudwatch_dashboard(_, own):
    json.loads(own["DashboardBody"])
    call("cloudwatch", "put_dashboard", **own)
    return {"Ref": own["DashboardName"]}


def make_codedeploy_application(logical_id, own):
    call("codedeploy", "create_application", applicationName=logical_id, **camel_case(own))
    return {"Ref": logical_id}


def make_codedeploy_deploymentgroup(logical_id, own):
    own = camel_case(own)
    call("codedeploy", "create_deployment_group", deploymentGroupName=logical_id, **own)
    return {"Ref": logical_id}


def definition(own):
    """Returns the definition of the state machine as Step Functions gets it."""
    text = json.dumps(own["Definition"])
    for name, value in own["DefinitionSubstitutions"].items():
        text = text.replace(f"${{{name}}}", value)
    return text


def make_stepfunctions_statemachine(_, own):
    made = call(
        "stepfunctions",
        "create_state_machine",
        name=own["StateMachineName"],
        definition=definition(own),
        roleArn=own["RoleArn"],
        type=own["StateMachineType"],
        loggingConfiguration=camel_case(own["LoggingConfiguration"]),
        tracingConfiguration=camel_case(own["TracingConfiguration"]),
    )
    return {"Ref": made["stateMachineArn"], "Name": own["StateMachineName"]}


def make_scheduler_schedule(logical_id, own):
    call("scheduler", "create_schedule", Name=logical_id, **own)
    return {"Ref": logical_id}


def make_sqs_queue(logical_id, own):
    texts = {name: json.dumps(value).strip('"') for name, value in own.items()}
    made = call("sqs", "create_queue", QueueName=logical_id, Attributes=texts)
    return {"Ref": made["QueueUrl"], "Arn": arn("sqs", logical_id), "QueueName": logical_id}


def make_sns_topic(logical_id, own):
    attributes = {"DisplayName": own["DisplayName"]}
    made = call("sns", "create_topic", Name=logical_id, Attributes=attributes)
    for subscription in own["Subscription"]:
        call("sns", "subscribe", TopicArn=made["TopicArn"], **subscription)
    return {"Ref": made["TopicArn"]}


def make_budgets_budget(logical_id, own):
    budget = own["Budget"] | {"BudgetName": logical_id}
    budget["BudgetLimit"]["Amount"] = str(budget["BudgetLimit"]["Amount"])
    notifications = own["NotificationsWithSubscribers"]
    told = {"NotificationsWithSubscribers": notifications}
    call("budgets", "create_budget", AccountId=ACCOUNT, Budget=budget, **told)
    return {"Ref": logical_id}
