// A PDF of one revision with one signature over all of it, read whole: every byte is header, object, table or end.
// docs/pdfcheck.md says what is asked for. Whatever else a PDF may be is `Unclear`: no answer, never a good one.
import { seconds } from "./der.js";
import { Unclear, matched, past, valueAt } from "./pdfsyntax.js";

const MOST_OBJECTS = 50000, MOST_PAGES = 2000;
const BLANKS = /[\0\t\n\f\r ]*/y;
const HEADER = /%PDF-1\.[0-7]\n%[^\n\r]{4,8}\n/y;
const OBJECT = /([1-9]\d{0,8}) 0 obj\n/y;
const STREAM = /[\0\t\n\f\r ]*stream\r?\n/y;
const ENDSTREAM = /\r?\n?endstream/y;
const ENDOBJ = /[\0\t\n\f\r ]*endobj[\0\t\n\f\r ]/y;
const ROWS = /(\d{1,9}) (\d{1,9})\n/y;
const END = /\nstartxref\n(\d{1,10})\n%%EOF\n?$/;

const BYTE_RANGE = new RegExp(`/${[..."ByteRange"].map((one) => `(?:${one}|#${one.charCodeAt(0).toString(16)})`).join("")}`, "gi");
// Keys and names that make a file do things, hide things, or be read in more than one way.
const UNWANTED = new Set(
  ("AA A JS JavaScript OpenAction Launch XFA NeedAppearances EmbeddedFiles EmbeddedFile EF AF Collection RichMedia URI SubmitForm " +
    "ImportData GoToR GoToE OCProperties OC Encrypt ObjStm XRef XRefStm Prev DSS VRI DocTimeStamp UR3 Extensions Names Movie Sound").split(" "),
);
const OF_CATALOG = "AcroForm Lang MarkInfo Metadata OutputIntents PageLayout PageMode Pages Perms StructTreeRoot Type ViewerPreferences".split(" ");
const OF_SIGNATURE = "Type Filter SubFilter Reference M ByteRange Contents Name Reason Location ContactInfo Prop_Build".split(" ");

// Everything that a signature's check needs to know of the file: { gap: [a, b], cms, at, name, said }.
export function oneSignature(text) {
  if (!text.startsWith("%PDF-")) throw new Unclear("not_pdf");
  const marks = countOf(text, BYTE_RANGE);
  if (marks === 0) throw new Unclear("unsigned");
  if (marks > 1) throw new Unclear("several");
  if (countOf(text, /startxref/g) > 1 || countOf(text, /%%EOF/g) > 1) throw new Unclear("later");
  const { trailer, places, table } = ending(text);
  const objects = objectsOf(text, places, table);
  const root = dictionary(objects, trailer.get("Root")), form = dictionary(objects, root.get("AcroForm"));
  const fields = form.get("Fields"), field = dictionary(objects, fields?.length === 1 ? fields[0] : null);
  const signature = dictionary(objects, field.get("V"));
  sound(objects, { root, form, field, signature, fields, which: field.get("V").ref });
  pages(objects, root.get("Pages"), undefined, new Set());
  return { ...signed(text, signature), name: nameIn(trailer) };
}

const countOf = (text, pattern) => [...text.matchAll(pattern)].length;

function ending(text) {
  const tail = Math.max(0, text.length - 40), found = END.exec(text.slice(tail));
  if (found === null) throw new Unclear("later");
  const table = Number(found[1]), end = tail + found.index, places = new Map();
  let at = table + 5, rows;
  if (text.slice(table, at) !== "xref\n") throw new Unclear("layout");
  for (; (rows = matched(ROWS, text, at)); ) {
    const first = Number(rows[1]), count = Number(rows[2]);
    at = ROWS.lastIndex;
    if (count > MOST_OBJECTS || at + 20 * count > end) throw new Unclear("layout");
    for (let number = first; number < first + count; number++, at += 20) row(text.slice(at, at + 20), number, places);
  }
  if (text.slice(at, at + 8) !== "trailer\n") throw new Unclear("layout");
  const [trailer, after] = valueAt(text, at + 8);
  if (after !== end || !(trailer instanceof Map) || !within(trailer, ["Size", "Root", "ID", "Info"])) throw new Unclear("layout");
  if (places.size > MOST_OBJECTS || trailer.get("Size") !== places.size || !places.has(places.size - 1)) throw new Unclear("layout");
  places.delete(0);
  return { trailer, places, table };
}

function row(line, number, places) {
  const fits = number === 0 ? line === "0000000000 65535 f \n" : /^\d{10} 00000 n \n$/.test(line);
  if (!fits || places.has(number)) throw new Unclear("layout");
  places.set(number, Number(line.slice(0, 10)));
}

// Each object by its number, as it stands where the table says, one after the other without anything between.
function objectsOf(text, places, table) {
  const objects = new Map();
  let at = past(BLANKS, text, past(HEADER, text, 0));
  for (const [number, place] of [...places].sort((one, other) => one[1] - other[1])) {
    const head = place === at ? matched(OBJECT, text, at) : null;
    if (head === null || Number(head[1]) !== number) throw new Unclear("layout");
    let [value, end] = valueAt(text, OBJECT.lastIndex);
    if (value instanceof Map && matched(STREAM, text, end)) {
      const begin = STREAM.lastIndex, length = value.get("Length");
      if (typeof length !== "number" || begin + length > table) throw new Unclear("layout");
      end = past(ENDSTREAM, text, begin + length);
    }
    objects.set(number, value);
    at = past(BLANKS, text, past(ENDOBJ, text, end));
  }
  if (at !== table) throw new Unclear("layout");
  return objects;
}

function dictionary(objects, value) {
  const found = objects.get(value?.ref);
  if (!(found instanceof Map)) throw new Unclear("layout");
  return found;
}

const within = (found, keys) => [...found.keys()].every((key) => keys.includes(key));
const named = (found, key, name) => found.get(key)?.name === name;

function sound(objects, { root, form, field, signature, fields, which }) {
  for (const value of objects.values()) looked(value, { objects, field, signature, fields });
  const perms = root.get("Perms") ?? new Map([["DocMDP", { ref: which }]]);
  const certifies = perms instanceof Map && perms.size === 1 && perms.get("DocMDP")?.ref === which;
  const shown = named(field, "FT", "Sig") && named(field, "Subtype", "Widget") && typeof field.get("T")?.string === "string";
  if (!named(root, "Type", "Catalog") || !within(root, OF_CATALOG) || !within(form, ["Fields", "SigFlags"])) throw new Unclear("layout");
  if (!certifies || !shown || ["Kids", "Parent"].some((key) => field.has(key))) throw new Unclear("layout");
  const usual = named(signature, "Type", "Sig") && named(signature, "Filter", "Adobe.PPKLite") && within(signature, OF_SIGNATURE);
  if (!usual || !named(signature, "SubFilter", "ETSI.CAdES.detached")) throw new Unclear("kind");
}

// Deny what acts, and a second form field, annotation or signature anywhere; every reference leads somewhere.
function looked(value, known) {
  if (Array.isArray(value)) return value.forEach((one) => looked(one, known));
  if (typeof value?.ref === "number" && !known.objects.has(value.ref)) throw new Unclear("layout");
  if (typeof value?.name === "string" && UNWANTED.has(value.name)) throw new Unclear("acts");
  if (!(value instanceof Map)) return;
  for (const [key, one] of value) {
    if (UNWANTED.has(key) && !(key === "A" && typeof one === "number")) throw new Unclear("acts");
    if (key === "Annots" && !(one.length === 1 && one[0].ref === known.fields[0].ref)) throw new Unclear("layout");
    looked(one, known);
  }
  if ((value.has("FT") || named(value, "Type", "Annot")) && value !== known.field) throw new Unclear("layout");
  if ((value.has("ByteRange") || named(value, "Type", "Sig")) && value !== known.signature) throw new Unclear("several");
}

// How many pages there are below a node; the tree is one, and counts right (ISO 32000-1 §7.7.3.2).
function pages(objects, node, parent, seen) {
  const found = dictionary(objects, node);
  if (found.get("Parent")?.ref !== parent || seen.has(node.ref) || seen.size > MOST_PAGES) throw new Unclear("layout");
  seen.add(node.ref);
  if (named(found, "Type", "Page") && !found.has("Kids")) return 1;
  if (!named(found, "Type", "Pages") || !Array.isArray(found.get("Kids"))) throw new Unclear("layout");
  const count = found.get("Kids").reduce((sum, kid) => sum + pages(objects, kid, node.ref, seen), 0);
  return count > 0 && count === found.get("Count") ? count : nothing();
}

const nothing = () => {
  throw new Unclear("layout");
};

function signed(text, signature) {
  const [zero, a, b, c, more] = signature.get("ByteRange") ?? [], contents = signature.get("Contents");
  if (zero !== 0 || more !== undefined || !Number.isInteger(a) || !Number.isInteger(b) || !Number.isInteger(c)) throw new Unclear("range");
  if (contents?.start !== a || contents.end !== b || b + c !== text.length) throw new Unclear("range");
  const time = /^D:(\d{14})Z$/.exec(signature.get("M")?.string ?? "");
  if (time === null) throw new Unclear("kind");
  return { gap: [a, b], cms: bytesOf(contents.hex), at: seconds(time[1]) };
}

export function bytesOf(digits) {
  if (!/^(?:[0-9a-f]{2})+$/.test(digits)) throw new Unclear("range");
  const found = new Uint8Array(digits.length / 2);
  for (let at = 0; at < found.length; at++) found[at] = parseInt(digits.slice(2 * at, 2 * at + 2), 16);
  return found;
}

function nameIn(trailer) {
  const [first, second] = trailer.get("ID") ?? [];
  return first?.hex !== undefined && first.hex === second?.hex ? first.hex : "";
}
