import { appeal, roles } from "./roles.js";

await roles({ name: "river", npi: "1187716893", denial: "RB0000029B 97112", reason: "CO-119", outcome: appeal });
