#!/usr/bin/env bash
# Drives the service by aws-cli ($AWS). Prints a line for each thing tried: a name, a space, the result as JSON.
# There is no start-session: that needs the session-manager-plugin. SESSION is one that was started for us.
set -uo pipefail

TARGET=i-0123456789abcdef0
ssm() { "$AWS" --endpoint-url "$ENDPOINT" --region us-east-1 --output json ssm "$@"; }
tell() { printf '%s %s\n' "$1" "$(tr -d '\n' <<<"$2")"; }
refused() {
  local text
  if text=$(ssm "$@" 2>&1 >/dev/null); then echo '"not refused"'; else
    sed -n 's/^An error occurred (\([A-Za-z]*\)) when calling the [A-Za-z]* operation: \(.*\)$/"\1: \2"/p' <<<"$text" | tail -n 1
  fi
}
only() { ssm describe-sessions --state Active --filters "key=$1,value=$2" --query 'Sessions[].SessionId'; }

if [ "${1:-}" = who ]; then
  tell who "$(refused describe-sessions --state Active)"
  exit
fi

OWNER=arn:aws:iam::000000000000:user/test
tell shown "$(ssm describe-sessions --state Active --query 'Sessions[0].[SessionId, Status, Target, Reason, Owner]')"
tell bySessionId "$(only SessionId "$SESSION")"
tell byTarget "$(only Target "$TARGET")"
tell byOwner "$(only Owner "$OWNER")"
tell byStatus "$(only Status Connecting)"
tell byAccessType "$(only AccessType Standard)"
tell byInvokedAfter "$(only InvokedAfter 2020-01-01T00:00:00Z)"
tell byInvokedBefore "$(only InvokedBefore 2120-01-01T00:00:00Z)"
tell byNone "$(only Target i-00000000000000000)"
tell paged "$(ssm describe-sessions --state History --page-size 7 --query 'Sessions[].SessionId')"
tell connection "$(ssm get-connection-status --target "$TARGET" --query Status)"
tell terminated "$(ssm terminate-session --session-id "$SESSION" --query SessionId)"
tell terminatedAgain "$(refused terminate-session --session-id "$SESSION")"
tell offline "$(refused start-session --target i-00000000000000000)"

content() { printf '{"schemaVersion":"1.0","sessionType":"Standard_Stream","inputs":{"idleSessionTimeout":"%s"}}' "$1"; }
tell documentCreated "$(ssm create-document --name Conformance-Shell --document-type Session --content "$(content 10)" --query DocumentDescription.DocumentVersion)"
tell documentTaken "$(refused create-document --name Conformance-Shell --document-type Session --content "$(content 10)")"
tell documentUpdated "$(ssm update-document --name Conformance-Shell --content "$(content 20)" --document-version '$LATEST' --query DocumentDescription.LatestVersion)"
tell documentDescribed "$(ssm describe-document --name Conformance-Shell --query Document.DefaultVersion)"
tell documentContent "\"$(ssm get-document --name Conformance-Shell --document-version 2 --query Content | grep -o 'idleSessionTimeout[^0-9]*[0-9]*' | grep -o '[0-9]*$')\""
tell documentsListed "$(ssm list-documents --filters Key=Owner,Values=Self --query 'DocumentIdentifiers[].Name')"
ssm delete-document --name Conformance-Shell
tell documentGone "$(refused get-document --name Conformance-Shell)"

ACTIVATION=$(ssm create-activation --iam-role SSMServiceRole --registration-limit 3 --tags Key=team,Value=a --query '[ActivationId, length(ActivationCode)]')
ID=$(grep -o '[0-9a-f-]\{36\}' <<<"$ACTIVATION")
tell activationCode "$(grep -o '^ *[0-9]*$' <<<"$ACTIVATION" | tr -d ' ')"
tell activationListed "$(ssm describe-activations --filters "FilterKey=ActivationIds,FilterValues=$ID" --query 'ActivationList[0].[IamRole, RegistrationLimit, RegistrationsCount]')"
ssm delete-activation --activation-id "$ID"
tell activationsLeft "$(ssm describe-activations --query ActivationList)"
