"""Prints docs/cost.md: the costs of the stack at AWS's list prices, from measured units and bytes.

    .local/cfn-lint/bin/python scripts/cost.py >docs/cost.md

docs/units.json has the units and the log bytes of each request, and a test holds it equal to what requests
consume and log. Other measurements and assumptions are below, and the document names them.
"""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from transform_template import transformed  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
GB, MILLION = 1e9, 1e6
HOURS = 730

# US dollars, us-east-1, without free tiers, as AWS listed them in 2025. Check them before you rely on
# them: other regions cost up to a third more.
PRICES = {
    "a million requests to an HTTP API": 1.00,
    "a million calls of a function": 0.20,
    "a GB-second of a function on arm64": 0.0000133334,
    "a million read units on demand": 0.125,
    "a million write units on demand": 0.625,
    "a GB of log taken in": 0.50,
    "a custom metric, a month": 0.30,
    "an alarm's metric, a month": 0.10,
    "a dashboard, a month": 3.00,
    "a million state transitions": 25.00,
    "a million traces": 5.00,
}

# Assumed: measuring them needs an AWS account.
REQUEST_SECONDS = 0.025
TENANT_SECONDS = 0.010
AUTHORIZER_SHARE = 0.10
TRACED_SHARE = 0.05
# Measured on 2026-11-27 with the functions' binaries under AWS's runtime interface emulator, by the events
# of events/, and rounded up to 10 bytes: the document of metrics and the line of log of an invocation, and
# the three lines START, END and REPORT.
METRICS_BYTES, SWEEP_METRICS_BYTES, LAMBDA_BYTES = 660, 920, 270
AUTHORIZER_LINE, PLAN_LINE, SWEEP_LINE, SUMMARY_LINE = 250, 260, 380, 270
# Values of usual length for the fields of the access log.
ACCESS = {
    "requestId": "JKJaXmPLvHcESHA=",
    "requestTime": "27/Nov/2026:20:39:34 +0000",
    "routeKey": "GET /credits/{tenantId}/{id}",
    "identity.sourceIp": "203.0.113.217",
    "status": "200",
    "integration.status": "200",
    "responseLatency": "25",
    "authorizer.principal_id": "0102030405060708",
    "authorizer.error": "-",
    "integrationErrorMessage": "-",
}

PLAN, GROUP = 500, 50
# The states that an execution passes once, for each plan and for each group, by the machine's definition.
ONCE, OF_PLAN, OF_GROUP = 4, 5, 4


def price(name, amount):
    return PRICES[name] * amount


def of_function(seconds, memory_mb):
    gigabytes = memory_mb / 1024
    calls = price("a million calls of a function", 1 / MILLION)
    return calls + price("a GB-second of a function on arm64", seconds * gigabytes)


def of_log(bytes_written):
    return price("a GB of log taken in", bytes_written / GB)


def access_bytes(document):
    """Returns the length of a line of the access log, in the template's format."""
    stages = [it for it in document["Resources"].values() if it["Type"] == "AWS::ApiGatewayV2::Stage"]
    line = stages[0]["Properties"]["AccessLogSettings"]["Format"]["Fn::Sub"]
    line = line.replace("${AWS::StackName}", "certifications-prod")
    return len(re.sub(r"\$context\.([A-Za-z_.]+)", lambda field: ACCESS[field[1]], line)) + 1


def of_request(units, memory_mb, access):
    """Returns the parts of the cost of a request, with a line of `access` bytes in the access log."""
    own = units["log_bytes"] + METRICS_BYTES + LAMBDA_BYTES
    authorizer = AUTHORIZER_LINE + METRICS_BYTES + LAMBDA_BYTES
    return {
        "gateway": price("a million requests to an HTTP API", 1 / MILLION),
        "functions": of_function(REQUEST_SECONDS, memory_mb) * (1 + AUTHORIZER_SHARE),
        "table": price("a million read units on demand", units["read_units"] / MILLION)
        + price("a million write units on demand", units["write_units"] / MILLION),
        "logs": of_log(own + AUTHORIZER_SHARE * authorizer + access),
        "traces": price("a million traces", TRACED_SHARE / MILLION),
    }


def of_sweep(tenants, memory_mb):
    """Returns the cost of a month of hourly sweeps with nothing due."""
    plans, groups = max(1, -(-tenants // PLAN)), -(-tenants // GROUP)
    transitions = ONCE + plans * OF_PLAN + groups * OF_GROUP
    logged = plans * (PLAN_LINE + METRICS_BYTES + SUMMARY_LINE + SWEEP_METRICS_BYTES)
    logged += groups * (SWEEP_LINE + SWEEP_METRICS_BYTES) + (plans * 2 + groups) * LAMBDA_BYTES
    busy = groups and tenants / groups * TENANT_SECONDS
    return {
        "state transitions": HOURS * price("a million state transitions", transitions / MILLION),
        "functions": HOURS * (groups * of_function(busy, memory_mb) + plans * 2 * of_function(0.02, memory_mb)),
        "table": HOURS * price("a million read units on demand", tenants * 0.5 / MILLION),
        "logs": HOURS * of_log(logged),
    }


def fixed(document):
    """Returns the cost of a month without requests and sweeps."""
    alarms = [it["Properties"] for it in document["Resources"].values() if it["Type"] == "AWS::CloudWatch::Alarm"]
    watched = sum(
        sum("MetricStat" in metric for metric in alarm["Metrics"]) if "Metrics" in alarm else 1
        for alarm in alarms
    )
    # Nine of each function, eight more of the sweep, two of the access log.
    metrics = 4 * 9 + 8 + 2
    return {
        f"{len(alarms)} alarms over {watched} metrics": price("an alarm's metric, a month", watched),
        f"{metrics} metrics of our own": price("a custom metric, a month", metrics),
        "the dashboard": price("a dashboard, a month", 1),
    }


def dollars(amount):
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:.2f}" if amount >= 0.1 else f"{amount:.4f}"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main():
    units = json.loads((ROOT / "docs/units.json").read_text())
    document = transformed(ROOT / "template.yaml")
    defaults = {name: it.get("Default") for name, it in document["Parameters"].items()}
    memory, sweep_memory = defaults["FunctionMemory"], defaults["SweepMemory"]
    access = access_bytes(document)
    parts = ["gateway", "functions", "table", "logs", "traces"]
    requests = []
    for name, of_route in units.items():
        cost = of_request(of_route, memory, access)
        spelled = [dollars(1000 * cost[part]) for part in parts]
        consumed = f"{of_route['read_units']:g} / {of_route['write_units']:g}"
        requests.append([f"`{name}`", consumed, *spelled, f"**{dollars(1000 * sum(cost.values()))}**"])
    sweeps = []
    for tenants in (10, 1_000, 100_000):
        cost = of_sweep(tenants, sweep_memory)
        # One state more for each tenant's continuation, and a call: four states a tenant in all.
        alone = HOURS * price("a million state transitions", tenants * 4 / MILLION)
        sum_of = f"**{dollars(sum(cost.values()))}**"
        sweeps.append([f"{tenants:,}", *map(dollars, cost.values()), sum_of, dollars(alone)])
    always = fixed(document)
    rows = [[name, dollars(cost)] for name, cost in always.items()]
    rows.append(["**together**", f"**{dollars(sum(always.values()))}**"])
    prices = [[name, f"{cost:g}"] for name, cost in PRICES.items()]
    print(f"""# What it costs

US dollars at the list prices that AWS had in 2025 for us-east-1, without free tiers. `make cost` computes this
page from `docs/units.json` and `template.yaml`. Nothing here was read from an AWS bill.

- **Measured by each test run**, on DynamoDB Local: the units of each request, and the bytes of its log line,
  rounded up to 50. Both are in `docs/units.json`.
- **Measured once**, on 2026-11-27, with the functions' binaries under AWS's runtime interface emulator: the
  other log bytes. These are {METRICS_BYTES} for an invocation's metrics ({SWEEP_METRICS_BYTES} for a run of the sweep),
  {LAMBDA_BYTES} for the lines START, END and REPORT, and {AUTHORIZER_LINE} to {SWEEP_LINE} for a line of the authorizer or the sweep.
- **Computed**: {access} bytes for a line of the access log, by the template's format and values of usual length.
- **Assumed**: {REQUEST_SECONDS * 1000:.0f} ms for a request and {TENANT_SECONDS * 1000:.0f} ms for a tenant of the sweep, one request in {1 / AUTHORIZER_SHARE:.0f} that asks the
  authorizer (API Gateway keeps its answer for a minute), and one in {1 / TRACED_SHARE:.0f} that is traced.

Storage and backups (0.25 and 0.20 for each GB and month) and data transfer are not included.

## 1,000 requests

Units are read / write units, of credits and rule sets of about 1 KB.

{table(["request", "units", *parts, "sum"], requests)}

## A month of sweeps

Hourly, with nothing due. Archiving a credit costs 5 more write units. The last column has the cost of the state
transitions alone, with one iteration for each tenant in place of one for each {GROUP} tenants.

{table(["tenants", *of_sweep(1, 1), "sum", "one by one"], sweeps)}

## A month without requests

{table(["what", "costs"], rows)}

CloudWatch charges a metric only for hours with data. A 500 adds a metric for its version.

## A budget

`MonthlyBudget` sets a budget for the whole account. The receivers of alarms get a message when the forecast for
the month is higher.

## The prices

{table(["what", "US dollars"], prices)}""")


if __name__ == "__main__":
    main()
