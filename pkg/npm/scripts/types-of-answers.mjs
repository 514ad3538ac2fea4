// The source of src/answers.ts: a type for each document that the API answers with, and for the names in them.
import { comment, HEADER } from "./type-comments.mjs";

export function answerTypes({ documents, unions, names }) {
  return [HEADER, ...names.map(namesType), ...documents.map(documentType), ...unions.map(unionType)].join("\n");
}

function namesType({ name, doc, open, values }) {
  const meanings = values.map((value) => ` * - \`${value.name}\`: ${value.doc}`);
  const members = [...values.map((value) => JSON.stringify(value.name)), ...(open ? ["(string & {})"] : [])];
  const lines = ["/**", ` * ${doc}`, " *", ...meanings, " */", `export type ${name} =`];
  return [...lines, `${members.map((member) => `  | ${member}`).join("\n")};`, ""].join("\n");
}

function documentType({ name, doc, source, extends: base, fields }) {
  const open = base === null ? ["  /** Whatever else the API sends. */", "  [key: string]: unknown;"] : [];
  return [
    comment("", [doc, `Source: ${source}.`]),
    `export interface ${name} ${base === null ? "" : `extends ${base} `}{`,
    ...fields.flatMap((field) => [comment("  ", [field.doc]), `  ${member(field)};`]),
    ...open,
    "}",
    "",
  ].join("\n");
}

function member(field) {
  if (field.type === "absent") return `${field.name}?: undefined`;
  return `${field.name}${field.optional ? "?" : ""}: ${fieldType(field)}${field.nullable ? " | null" : ""}`;
}

function fieldType({ type, values, list, document }) {
  switch (type) {
    case "boolean":
      return "boolean";
    case "integer":
      return "number";
    case "text":
      return "string";
    case "choice":
      return [...values.map((value) => JSON.stringify(value)), "(string & {})"].join(" | ");
    case "named":
      return list;
    case "document":
      return document;
    default:
      throw new Error(`the table has a type that the generator does not know: ${type}`);
  }
}

function unionType({ name, doc, documents }) {
  return [comment("", [doc]), `export type ${name} = ${documents.join(" | ")};`, ""].join("\n");
}
