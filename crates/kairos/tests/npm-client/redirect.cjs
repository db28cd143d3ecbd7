// Leads the requests for api.kairos.com to the service of the test, and refuses all others. Loaded before the package,
// which asks `https.request` each time that it calls.
"use strict";

const http = require("node:http");
const https = require("node:https");

// Which service is asked; the story may change it.
exports.target = process.env.KAIROS_URL;

https.request = (options, ...rest) => {
  if (options.hostname !== "api.kairos.com") {
    throw new Error(`the package calls ${options.hostname}`);
  }
  const target = new URL(exports.target);
  const { method, headers } = options;
  const path = target.pathname + options.path;
  return http.request({ hostname: target.hostname, port: target.port, path, method, headers }, ...rest);
};
