// Opens a data channel by ssm-session and ws, as the package's README does. Takes StreamUrl, token and steps: [[what to wait for, what to
// type], …] as JSON. Prints a line for each thing told: a name, a space, the result as JSON.
const WebSocket = require("ws");
const { ssm } = require("ssm-session");

const [url, token, stepsJson] = process.argv.slice(2);
const termOptions = { rows: 34, cols: 197 };
const textDecoder = new TextDecoder();
const textEncoder = new TextEncoder();
const tell = (name, value) => console.log(name, JSON.stringify(value));

const steps = JSON.parse(stepsJson);
const types = [];
let output = "";
let unread = "";

const connection = new WebSocket(url);

const step = () => {
  while (steps.length > 0 && unread.includes(steps[0][0])) {
    const [awaited, typed] = steps.shift();
    unread = unread.slice(unread.indexOf(awaited) + awaited.length);
    for (const key of typed) {
      ssm.sendText(connection, textEncoder.encode(key));
    }
  }
};

connection.onopen = () => {
  ssm.init(connection, { token, termOptions });
  step();
};

connection.onerror = (error) => tell("error", error.message);

connection.onmessage = (event) => {
  const agentMessage = ssm.decode(event.data);
  ssm.sendACK(connection, agentMessage);
  if (!types.includes(agentMessage.messageType)) {
    types.push(agentMessage.messageType);
  }
  if (agentMessage.payloadType === 1) {
    const text = textDecoder.decode(agentMessage.payload);
    output += text;
    unread += text;
    step();
  } else if (agentMessage.payloadType === 17) {
    ssm.sendInitMessage(connection, termOptions);
  }
};

connection.onclose = () => {
  tell("output", output);
  tell("types", types.sort());
};
