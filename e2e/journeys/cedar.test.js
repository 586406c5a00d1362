import { roles, writeOff } from "./roles.js";

await roles({ name: "cedar", npi: "1826070132", denial: "CH0000019M", reason: "CO-50", outcome: writeOff });
