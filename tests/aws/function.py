"""Runs a function's own binary behind Lambda's runtime API, and DynamoDB Local for it."""

import json
import os
import queue
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from template import REGION, ROOT

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
INVOCATION = "/2018-06-01/runtime/invocation/"
# The state machine's time-out for a call.
WITHIN_SECONDS = 330
READY_WITHIN_SECONDS = 60


class FunctionFailed(Exception):
    """The type and the message of an error that a function answers."""

    def __init__(self, kind, message="as planned"):
        super().__init__(kind)
        self.answer = {"errorType": kind, "errorMessage": message}


class Function:
    """Processes of a binary that take events from one queue, like Lambda's environments."""

    def __init__(self, binary, environment, processes=2):
        self.events = queue.Queue()
        self.answers = {}
        runtime = self

        class Runtime(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                request_id, event = runtime.events.get()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", request_id)
                deadline = int((time.time() + WITHIN_SECONDS) * 1000)
                self.send_header("Lambda-Runtime-Deadline-Ms", str(deadline))
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", "function")
                self.send_header("Content-Length", str(len(event)))
                self.end_headers()
                self.wfile.write(event)

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                request_id, kind = self.path.removeprefix(INVOCATION).split("/")
                runtime.answers[request_id].put((kind, body))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Runtime)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        environment = environment | CREDENTIALS | {
            "AWS_REGION": REGION,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": "function",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
        }
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started = range(processes)
        self.processes = [subprocess.Popen([binary], env=environment, **quiet) for _ in started]

    def invoke(self, payload):
        request_id = str(uuid.uuid4())
        answer = self.answers[request_id] = queue.Queue()
        self.events.put((request_id, json.dumps(payload).encode()))
        kind, body = answer.get(timeout=READY_WITHIN_SECONDS)
        if kind == "error":
            raise FunctionFailed(body["errorType"], body["errorMessage"])
        return body

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.server.shutdown()
        self.server.server_close()


class Store:
    """DynamoDB Local, with the template's table in it."""

    def __init__(self, table):
        self.folder = tempfile.TemporaryDirectory()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        jar = next((ROOT / ".local/dynamodb-local").glob("*/DynamoDBLocal.jar"))
        java = [ROOT / ".local/java/bin/java", f"-Djava.io.tmpdir={self.folder.name}", "-jar", jar]
        options = ["-port", str(port), "-inMemory", "-sharedDb", "-disableTelemetry"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([*java, *options], **quiet)
        self.endpoint = f"http://127.0.0.1:{port}"
        self.client = boto3.client(
            "dynamodb",
            region_name=REGION,
            endpoint_url=self.endpoint,
            config=Config(retries={"max_attempts": 1}),
        )
        self.wait_until_ready()
        wanted = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")
        self.name = "certifications"
        self.client.create_table(TableName=self.name, **{name: table[name] for name in wanted})

    def wait_until_ready(self):
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.client.list_tables()
                return
            except BotoCoreError:
                time.sleep(0.05)
        raise RuntimeError("DynamoDB Local does not start")

    def put(self, items):
        """Writes items with texts and whole numbers."""
        typed = {str: "S", int: "N"}
        for item in items:
            spelled = {name: {typed[type(value)]: str(value)} for name, value in item.items()}
            self.client.put_item(TableName=self.name, Item=spelled)

    def versions(self, tenant):
        """Returns the versions of a tenant's archived credits."""
        found = self.client.query(
            TableName=self.name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"{tenant}#credits"}},
        )
        archived = [it for it in found["Items"] if it.get("status") == {"S": "archived"}]
        return [int(item["sys_version"]["N"]) for item in archived]

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()


def binary(name):
    found = ROOT / "target/debug" / name
    if not os.access(found, os.X_OK):
        raise RuntimeError(f"{found} is missing: run `make simulate`, which builds it")
    return found
