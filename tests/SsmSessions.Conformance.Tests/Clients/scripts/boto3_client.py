"""Drives the service by boto3. Prints a line for each thing tried: a name, a space, the result as JSON."""

import json
import os
import sys

import boto3
from botocore.exceptions import ClientError

ssm = boto3.client("ssm", endpoint_url=os.environ["ENDPOINT"], region_name="us-east-1")
TARGET = "i-0123456789abcdef0"


def tell(name, value):
    print(name, json.dumps(value, default=str), flush=True)


def refused(call):
    try:
        call()
        return "not refused"
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"


def ids(**request):
    pages = ssm.get_paginator("describe_sessions").paginate(**request)
    return [session["SessionId"] for page in pages for session in page["Sessions"]]


def only(key, value):
    return ids(State="Active", Filters=[{"key": key, "value": value}])


if sys.argv[1:] == ["who"]:
    tell("who", refused(lambda: ssm.describe_sessions(State="Active")))
    sys.exit()

started = ssm.start_session(Target=TARGET, Reason="conformance")
session = started["SessionId"]
tell("started", session)
tell("token", len(started["TokenValue"]))
tell("resumed", ssm.resume_session(SessionId=session)["SessionId"])
shown = ssm.describe_sessions(State="Active")["Sessions"][0]
tell("shown", [shown["SessionId"], shown["Status"], shown["Target"], shown["Reason"], shown["Owner"]])
for key, value in {
    "SessionId": session, "Target": TARGET, "Owner": shown["Owner"], "Status": "Connecting", "AccessType": "Standard",
    "InvokedAfter": "2020-01-01T00:00:00Z", "InvokedBefore": "2120-01-01T00:00:00Z",
}.items():
    tell("by" + key, only(key, value))
tell("byNone", only("Target", "i-00000000000000000"))
tell("paged", ids(State="History", PaginationConfig={"PageSize": 7}))
tell("connection", ssm.get_connection_status(Target=TARGET)["Status"])
tell("terminated", ssm.terminate_session(SessionId=session)["SessionId"])
tell("terminatedAgain", refused(lambda: ssm.terminate_session(SessionId=session)))
tell("offline", refused(lambda: ssm.start_session(Target="i-00000000000000000")))

content = '{"schemaVersion":"1.0","sessionType":"Standard_Stream","inputs":{"idleSessionTimeout":"%s"}}'
tell("documentCreated", ssm.create_document(Name="Conformance-Shell", DocumentType="Session", Content=content % 10)["DocumentDescription"]["DocumentVersion"])
tell("documentTaken", refused(lambda: ssm.create_document(Name="Conformance-Shell", DocumentType="Session", Content=content % 10)))
tell("documentUpdated", ssm.update_document(Name="Conformance-Shell", Content=content % 20, DocumentVersion="$LATEST")["DocumentDescription"]["LatestVersion"])
tell("documentDescribed", ssm.describe_document(Name="Conformance-Shell")["Document"]["DefaultVersion"])
tell("documentContent", json.loads(ssm.get_document(Name="Conformance-Shell", DocumentVersion="2")["Content"])["inputs"]["idleSessionTimeout"])
tell("documentsListed", [d["Name"] for d in ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]])
ssm.delete_document(Name="Conformance-Shell")
tell("documentGone", refused(lambda: ssm.get_document(Name="Conformance-Shell")))

activation = ssm.create_activation(IamRole="SSMServiceRole", RegistrationLimit=3, Tags=[{"Key": "team", "Value": "a"}])
tell("activationCode", len(activation["ActivationCode"]))
listed = ssm.describe_activations(Filters=[{"FilterKey": "ActivationIds", "FilterValues": [activation["ActivationId"]]}])["ActivationList"][0]
tell("activationListed", [listed["IamRole"], listed["RegistrationLimit"], listed["RegistrationsCount"]])
ssm.delete_activation(ActivationId=activation["ActivationId"])
tell("activationsLeft", ssm.describe_activations()["ActivationList"])
