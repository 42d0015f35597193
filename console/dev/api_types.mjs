// SPDX-License-Identifier: Apache-2.0
// Writes src/api/schema.ts, the types and operations of docs/api/openapi.yaml. With --check it only
// says whether the file is what it would write (exit code 1 when it is not).
//
//   node dev/api_types.mjs [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

const source = process.env.PICKET_API ?? new URL("../../docs/api/openapi.yaml", import.meta.url);
const target = process.env.PICKET_SCHEMA ?? new URL("../src/api/schema.ts", import.meta.url);
const methods = ["get", "post", "put", "patch", "delete"];

const nameOfRef = (ref) => ref.slice(ref.lastIndexOf("/") + 1);
const typeName = (name) => (name === "Exception" || name === "Record" ? `Api${name}` : name);
const isPlain = (name) => /^[A-Za-z_$][\w$]*$/.test(name);

function typeOf(schema, indent) {
  if (!schema) return "unknown";
  if (schema.$ref) return typeName(nameOfRef(schema.$ref));
  if (schema.allOf) return schema.allOf.map((part) => typeOf(part, indent)).join(" & ");
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "boolean") return "boolean";
  if (schema.type === "string") return "string";
  if (schema.type === "array") {
    const item = typeOf(schema.items, indent);
    return /[|&{]/.test(item) ? `Array<${item}>` : `${item}[]`;
  }
  if (schema.properties) return objectOf(schema, indent);
  if (typeof schema.additionalProperties === "object") {
    return `Record<string, ${typeOf(schema.additionalProperties, indent)}>`;
  }
  return "Record<string, unknown>";
}

function objectOf(schema, indent) {
  const required = new Set(schema.required ?? []);
  const inner = `${indent}  `;
  const lines = Object.entries(schema.properties).map(([name, property]) => {
    const mark = required.has(name) ? "" : "?";
    return `${inner}${isPlain(name) ? name : JSON.stringify(name)}${mark}: ${typeOf(property, inner)};`;
  });
  if (schema.additionalProperties === true) lines.push(`${inner}[more: string]: unknown;`);
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function parametersOf(list, place) {
  const found = list.filter((parameter) => parameter.in === place);
  if (!found.length) return "undefined";
  return objectOf(
    {
      required: found.filter((parameter) => parameter.required).map((parameter) => parameter.name),
      properties: Object.fromEntries(found.map((parameter) => [parameter.name, parameter.schema])),
    },
    "    ",
  );
}

function answerOf(responses) {
  for (const [status, response] of Object.entries(responses)) {
    if (!status.startsWith("2")) continue;
    const json = response.content?.["application/json"];
    return json ? typeOf(json.schema, "    ") : response.content ? "string" : "undefined";
  }
  return "undefined";
}

function operationsOf(document) {
  const types = [];
  const places = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods.filter((name) => item[name])) {
      const operation = item[method];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      const body = operation.requestBody?.content?.["application/json"]?.schema;
      types.push(`  ${operation.operationId}: {
    path: ${parametersOf(parameters, "path")};
    query: ${parametersOf(parameters, "query")};
    body: ${body ? typeOf(body, "    ") : "undefined"};
    answer: ${answerOf(operation.responses)};
  };`);
      places.push(
        `  ${operation.operationId}: { method: "${method.toUpperCase()}", path: "${path}" },`,
      );
    }
  }
  return { types, places };
}

function generate() {
  const document = parse(readFileSync(source, "utf8"));
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => `export type ${typeName(name)} = ${typeOf(schema, "")};\n`,
  );
  const { types, places } = operationsOf(document);
  return `// SPDX-License-Identifier: Apache-2.0
// Written by console/dev/api_types.mjs from docs/api/openapi.yaml; change that, then: npm run types

${schemas.join("\n")}
export interface Operations {
${types.join("\n")}
}

export const kOperations = {
${places.join("\n")}
} as const;
`;
}

const wanted = generate();
if (process.argv.includes("--check")) {
  let there = "";
  try {
    there = readFileSync(target, "utf8");
  } catch {
    // not there: stale
  }
  if (there !== wanted) {
    console.error(
      "console/src/api/schema.ts is not what docs/api/openapi.yaml says: (cd console && npm run types)",
    );
    process.exit(1);
  }
} else {
  writeFileSync(target, wanted);
}
