// The source of src/operations.ts: a type for each operation of the table, and a method.
import { comment, HEADER } from "./type-comments.mjs";

const UNSETTLED = `/** A value whose type the documentation does not settle: anything that JSON holds. */
export type Unsettled = string | number | boolean | object | null;
`;

export function operationTypes(operations) {
  return [HEADER, UNSETTLED, ...operations.map(hashType), hashesType(operations), methodsClass(operations)].join("\n");
}

function hashType({ name, doc, source, attributes }) {
  const inner = attributes.filter(({ sample }) => sample?.type === "hash");
  const shown = inner.map((attribute) => interfaceOf(innerName(name, attribute), [attribute.doc], attribute.sample));
  return [interfaceOf(typeName(name), [doc, `Source: ${source}.`], { name, attributes }), ...shown].join("\n");
}

function interfaceOf(type, doc, { name, attributes }) {
  const lines = [comment("", doc), `export interface ${type} {`];
  for (const attribute of attributes) {
    lines.push(comment("  ", attributeDoc(attribute)));
    lines.push(`  ${attribute.name}${attribute.required ? "" : "?"}: ${valueType(attribute, name)};`);
  }
  lines.push("  /** What the documentation does not name passes through; the API is the authority on it. */");
  lines.push("  [attribute: string]: unknown;", "}", "");
  return lines.join("\n");
}

function innerName(operation, attribute) {
  return typeName(operation) + typeName(attribute.name);
}

function hashesType(operations) {
  const members = operations.map(({ name }) => `  ${name}?: ${typeName(name)};`);
  return [
    "/** Operations by name, as the API takes them. */",
    "export interface OperationHashes {",
    ...members,
    "  [operation: string]: unknown;",
    "}",
    "",
  ].join("\n");
}

function methodsClass(operations) {
  const methods = operations.flatMap(({ name, doc, source }) => [
    "",
    comment("  ", [doc, `Source: ${source}.`]),
    `  ${name}(attributes: ${typeName(name)}): Next {`,
    `    return this.operation("${name}", attributes);`,
    "  }",
  ]);
  return [
    "/** A method for each operation. */",
    "export abstract class Operations<Next> {",
    "  /** Any operation by name. */",
    "  abstract operation(name: string, attributes: object): Next;",
    ...methods,
    "}",
    "",
  ].join("\n");
}

function typeName(name) {
  return name[0].toUpperCase() + name.slice(1);
}

function valueType({ name, type, values, sample }, operation) {
  switch (type) {
    case "boolean":
      return "boolean";
    case "integer":
    case "number":
      return "number";
    case "text":
    case "url":
    case "color":
    case "ratio":
    case "path":
      return "string";
    case "choice":
      return [...values.map((value) => JSON.stringify(value)), "(string & {})"].join(" | ");
    case "hash":
      return "Record<string, unknown>";
    case "shown":
      return sample.type === "hash" ? `${innerName(operation, { name })} | Unsettled` : "Unsettled";
    default:
      throw new Error(`the table has a type that the generator does not know: ${type}`);
  }
}

function attributeDoc({ doc, type, minimum, maximum, default: fallback, source }) {
  const notes = [doc];
  if (type === "integer")
    notes.push(maximum === null ? `Integer, ${minimum} or more.` : `Integer, ${minimum} to ${maximum}.`);
  if (type === "color") notes.push("Hexadecimal: `RGB`, `RRGGBB` or `RRGGBBAA`, with or without `#`.");
  if (fallback !== null) notes.push(`Default: \`${fallback}\`.`);
  if (source !== null) notes.push(`Source: ${source}.`);
  return notes;
}
