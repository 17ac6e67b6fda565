// Drives the service by @aws-sdk/client-ssm. Prints a line for each thing tried: a name, a space, the result as JSON.
const sdk = require("@aws-sdk/client-ssm");

const ssm = new sdk.SSM({ endpoint: process.env.ENDPOINT, region: "us-east-1" });
const TARGET = "i-0123456789abcdef0";

const tell = (name, value) => console.log(name, JSON.stringify(value));
const refused = async (call) => {
  try {
    await call();
    return "not refused";
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};
const ids = async (request, pageSize) => {
  const found = [];
  for await (const page of sdk.paginateDescribeSessions({ client: ssm, pageSize }, request)) {
    found.push(...page.Sessions.map((session) => session.SessionId));
  }
  return found;
};

async function main() {
  if (process.argv[2] === "who") {
    tell("who", await refused(() => ssm.describeSessions({ State: "Active" })));
    return;
  }

  const started = await ssm.startSession({ Target: TARGET, Reason: "conformance" });
  const session = started.SessionId;
  tell("started", session);
  tell("token", started.TokenValue.length);
  tell("resumed", (await ssm.resumeSession({ SessionId: session })).SessionId);
  const shown = (await ssm.describeSessions({ State: "Active" })).Sessions[0];
  tell("shown", [shown.SessionId, shown.Status, shown.Target, shown.Reason, shown.Owner]);
  const filters = {
    SessionId: session, Target: TARGET, Owner: shown.Owner, Status: "Connecting", AccessType: "Standard",
    InvokedAfter: "2020-01-01T00:00:00Z", InvokedBefore: "2120-01-01T00:00:00Z",
  };
  for (const [key, value] of Object.entries(filters)) {
    tell("by" + key, await ids({ State: "Active", Filters: [{ key, value }] }));
  }
  tell("byNone", await ids({ State: "Active", Filters: [{ key: "Target", value: "i-00000000000000000" }] }));
  tell("paged", await ids({ State: "History" }, 7));
  tell("connection", (await ssm.getConnectionStatus({ Target: TARGET })).Status);
  tell("terminated", (await ssm.terminateSession({ SessionId: session })).SessionId);
  tell("terminatedAgain", await refused(() => ssm.terminateSession({ SessionId: session })));
  tell("offline", await refused(() => ssm.startSession({ Target: "i-00000000000000000" })));

  const Name = "Conformance-Shell";
  const content = (minutes) =>
    JSON.stringify({ schemaVersion: "1.0", sessionType: "Standard_Stream", inputs: { idleSessionTimeout: minutes } });
  const create = () => ssm.createDocument({ Name, DocumentType: "Session", Content: content("10") });
  tell("documentCreated", (await create()).DocumentDescription.DocumentVersion);
  tell("documentTaken", await refused(create));
  tell("documentUpdated", (await ssm.updateDocument({ Name, Content: content("20"), DocumentVersion: "$LATEST" })).DocumentDescription.LatestVersion);
  tell("documentDescribed", (await ssm.describeDocument({ Name })).Document.DefaultVersion);
  tell("documentContent", JSON.parse((await ssm.getDocument({ Name, DocumentVersion: "2" })).Content).inputs.idleSessionTimeout);
  tell("documentsListed", (await ssm.listDocuments({ Filters: [{ Key: "Owner", Values: ["Self"] }] })).DocumentIdentifiers.map((d) => d.Name));
  await ssm.deleteDocument({ Name });
  tell("documentGone", await refused(() => ssm.getDocument({ Name })));

  const activation = await ssm.createActivation({ IamRole: "SSMServiceRole", RegistrationLimit: 3, Tags: [{ Key: "team", Value: "a" }] });
  tell("activationCode", activation.ActivationCode.length);
  const listed = (await ssm.describeActivations({ Filters: [{ FilterKey: "ActivationIds", FilterValues: [activation.ActivationId] }] })).ActivationList[0];
  tell("activationListed", [listed.IamRole, listed.RegistrationLimit, listed.RegistrationsCount]);
  await ssm.deleteActivation({ ActivationId: activation.ActivationId });
  tell("activationsLeft", (await ssm.describeActivations({})).ActivationList);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
