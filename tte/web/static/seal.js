// Reads a seal as tte/seal does, by docs/seal.md: the same texts get the same answers. No page, no network, no clock.

export class Malformed extends Error {}

const DEEPEST = 6;
const LARGEST = 2 ** 53 - 2;
const [UINT, NINT, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE] = [0, 1, 2, 3, 4, 5, 6, 7];
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
const SEAL = /^https:\/\/([a-z0-9.-]{4,60})\/d\/([0-7][0-9a-hjkmnp-tv-z]{25})#([1-9])([1-9][0-9]{199,999})$/;
const ADDRESS = /^https?:\/\/([a-z0-9.-]{4,60})(?::[0-9]{1,5})?(?:\/[^# \t\n\r\f\v]{0,200})?\/d\/[0-9A-Za-z]{26}(#[^]*)?$/u;
const NATIONAL = /^https?:\/\/(?:[a-z0-9-]+\.)*dukcapil\.kemendagri\.go\.id(?::[0-9]{1,5})?(?:[/?#][^\n]*)?$/i;
const KEYS_TYP = "application/tte-keys+cose";
const STATUS_TYP = "application/tte-status+cose";
const MARK = 8;
const DAY = 86400;
const OFFICE = 1, ISSUED = 4;
const TYPES = new Map([
  [1, "int"], [2, "int"], [3, "text"], [4, "int"], [6, "text"], [7, "int"], [8, "bytes"], [9, "text"], [10, "text"],
  [11, "int"], [12, "text"], [13, "int"], [14, "int"], [15, "int"], [16, "int"], [17, "text"], [18, "text"],
]);
const DAYS = new Set([4, 7, 13, 15, 16]);
const STATES = { 1: "WITHDRAWN", 2: "UNDER_REVIEW", 3: "REPLACED" };

// CBOR in the one form that is allowed: RFC 8949 §4.2.1, and of that only what a seal needs.

export function decode(encoded) {
  const [value, end] = item(encoded, 0, 0);
  if (end !== encoded.length) throw new Malformed("something follows the value");
  return value;
}

function item(encoded, start, depth) {
  if (depth > DEEPEST) throw new Malformed("nested too deeply");
  let [major, number, at] = head(encoded, start);
  if (major === UINT) return [number, at];
  if (major === NINT) return [-1 - number, at];
  if (major === SIMPLE) return [number === 21, at];
  if (number > encoded.length - at) throw new Malformed("cut short");
  if (major === BYTES) return [encoded.subarray(at, at + number), at + number];
  if (major === TEXT) return [text(encoded.subarray(at, at + number)), at + number];
  if (major === MAP) return map(encoded, at, number, depth);
  const items = [];
  for (let left = number; left > 0; left--) {
    const [one, end] = item(encoded, at, depth + 1);
    items.push(one);
    at = end;
  }
  return [items, at];
}

function head(encoded, at) {
  if (at >= encoded.length) throw new Malformed("cut short");
  const major = encoded[at] >> 5, short = encoded[at] & 31;
  at += 1;
  if (major === TAG || short > 27 || (major === SIMPLE && short !== 20 && short !== 21)) {
    throw new Malformed("a tag, a float, null or an open length");
  }
  if (short < 24) return [major, short, at];
  const size = 1 << (short - 24);
  if (at + size > encoded.length) throw new Malformed("cut short");
  let number = 0;
  for (const byte of encoded.subarray(at, at + size)) number = number * 256 + byte;
  if (number < (size === 1 ? 24 : 2 ** (4 * size)) || number > LARGEST) {
    throw new Malformed("a number in a longer form than it needs, or too large");
  }
  return [major, number, at + size];
}

function map(encoded, at, count, depth) {
  const found = new Map();
  let last = new Uint8Array(0);
  for (let left = count; left > 0; left--) {
    const [key, end] = item(encoded, at, depth + 1);
    const name = encoded.subarray(at, end);
    if (!["number", "string"].includes(typeof key) || order(name, last) <= 0) {
      throw new Malformed("map keys that are neither numbers nor texts, twice, or out of order");
    }
    last = name;
    const [value, after] = item(encoded, end, depth + 1);
    found.set(key, value);
    at = after;
  }
  return [found, at];
}

function text(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed("text that is not UTF-8");
  }
}

function order(one, other) {
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) if (one[at] !== other[at]) return one[at] - other[at];
  return one.length - other.length;
}

const same = (one, other) => order(one, other) === 0;
const isBytes = (value) => value instanceof Uint8Array;

// COSE_Sign1 with ES256, and nothing else: RFC 9052 §4.2.

function openMessage(message) {
  const parts = decode(message[0] === 0xd2 ? message.subarray(1) : message);
  if (!Array.isArray(parts) || parts.length !== 4) throw new Malformed("no COSE_Sign1");
  const [protectedBytes, unprotected, payload, signature] = parts;
  if (!isBytes(protectedBytes) || !(unprotected instanceof Map) || !isBytes(payload) || !isBytes(signature)) {
    throw new Malformed("no COSE_Sign1");
  }
  const header = decode(protectedBytes);
  if (unprotected.size || signature.length !== 64) {
    throw new Malformed("an unprotected header, or a signature of another length");
  }
  const known = header instanceof Map && [...header.keys()].every((label) => [1, 4, 16].includes(label));
  if (!known || header.get(1) !== -7 || !isBytes(header.get(4))) throw new Malformed("no ES256, no kid, or another header");
  const typ = header.has(16) ? header.get(16) : "";
  if (typeof typ !== "string") throw new Malformed("a type that is no text");
  return { protectedBytes, kid: header.get(4), typ, payload, signature };
}

async function signedBy(message, xy, aad) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  try {
    const key = await crypto.subtle.importKey("raw", joined([Uint8Array.of(4), xy]), algorithm, false, ["verify"]);
    return await crypto.subtle.verify(algorithm, key, message.signature, toBeSigned(message, aad));
  } catch {
    return false; // no point of the curve
  }
}

function toBeSigned(message, aad) {
  const context = new TextEncoder().encode("Signature1");
  const strings = [message.protectedBytes, aad, message.payload].flatMap((one) => [lengthHead(2, one.length), one]);
  return joined([Uint8Array.of(0x84), lengthHead(3, context.length), context, ...strings]);
}

function lengthHead(major, length) {
  const first = major << 5;
  if (length < 24) return Uint8Array.of(first | length);
  if (length < 256) return Uint8Array.of(first | 24, length);
  if (length < 65536) return Uint8Array.of(first | 25, length >> 8, length & 255);
  return Uint8Array.of(first | 26, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255);
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// The lists. `root` is what the reader pins: the office's number and 64 bytes of a point.

export async function readKeyList(bytes, root, seen = 0) {
  if (bytes.length > 65536) throw new Malformed("a key list of more than 64 KiB");
  const message = openMessage(bytes);
  if (message.typ !== KEYS_TYP || !(await signedBy(message, root.xy, new Uint8Array(0)))) {
    throw new Malformed("no key list signed by this office's root");
  }
  const said = fields(decode(message.payload), {
    office: "int", name: "text", seq: "int", made: "int", renewed_by: "int", hosts: "list", keys: "list",
  });
  if (!said.hosts.length || !said.hosts.every((host) => typeof host === "string")) throw new Malformed("no hosts");
  const keys = said.keys.map((one) => {
    const key = fields(one, { kid: "bytes", use: "text", xy: "bytes", from: "int", until: "int", state: "text" });
    if (key.kid.length !== 8 || key.xy.length !== 64) throw new Malformed("a key of another length");
    if (!["seal", "status"].includes(key.use) || !["ok", "compromised", "test"].includes(key.state)) {
      throw new Malformed("a key of an unknown use or state");
    }
    return key;
  });
  if (said.office !== root.office) throw new Malformed("the key list of another office");
  if (said.seq < seen) throw new Malformed("a key list older than one seen before");
  return { ...said, keys };
}

export async function readStatusList(bytes, keys, period) {
  if (bytes.length > 4 << 20) throw new Malformed("a status list of more than 4 MiB");
  const message = openMessage(bytes);
  const able = keys.keys.filter((key) => key.use === "status" && same(key.kid, message.kid));
  if (message.typ !== STATUS_TYP || !(await signer(message, able, new Uint8Array(0)))) {
    throw new Malformed("no status list signed by this office");
  }
  const said = fields(decode(message.payload), { office: "int", period: "int", made: "int", until: "int", ended: "map" });
  if (said.office !== keys.office || said.period !== period) throw new Malformed("of another office or period");
  for (const [state, marks] of said.ended) {
    if (![1, 2, 3].includes(state) || !isBytes(marks) || marks.length % MARK) throw new Malformed("unknown marks");
    for (let at = MARK; at < marks.length; at += MARK) {
      if (order(marks.subarray(at - MARK, at), marks.subarray(at, at + MARK)) >= 0) throw new Malformed("out of order");
    }
  }
  return said;
}

async function signer(message, able, aad) {
  for (const key of able) if (await signedBy(message, key.xy, aad)) return key;
  return null;
}

function fields(said, wanted) {
  if (!(said instanceof Map)) throw new Malformed("no map");
  const found = {};
  for (const [name, kind] of Object.entries(wanted)) {
    if (kindOf(said.get(name)) !== kind) throw new Malformed("a list that lacks something");
    found[name] = said.get(name);
  }
  return found;
}

function kindOf(value) {
  if (typeof value === "number") return "int";
  if (typeof value === "string") return "text";
  if (isBytes(value)) return "bytes";
  if (Array.isArray(value)) return "list";
  return value instanceof Map ? "map" : "";
}

async function stateOf(list, id) {
  const wanted = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id))).subarray(0, MARK);
  for (const [state, marks] of list.ended) {
    let low = 0, high = marks.length / MARK;
    while (low < high) {
      const middle = (low + high) >> 1;
      const found = order(marks.subarray(middle * MARK, middle * MARK + MARK), wanted);
      if (found === 0) return STATES[state];
      if (found < 0) low = middle + 1;
      else high = middle;
    }
  }
  return null;
}

// A seal. Every text has an answer: docs/seal.md, section 4.

export const periodOf = (day) => Math.floor(day / 32);
export const checkNumber = (digits) => Number(BigInt(digits) % 97n);

// `lists` are key lists, `status` maps "office/period" to a status list, `now` is in seconds since 1970-01-01.
export async function read(said, lists, status, now) {
  const parts = SEAL.exec(said);
  if (parts === null) return answer(ofOtherText(said, lists));
  const [, host, id, version, digits] = parts;
  if (version !== "1") return answer("NEWER");
  const message = unlessMalformed(() => openMessage(bytesOf(BigInt(digits))));
  if (message === null || message.typ) return answer("UNREADABLE");
  const able = lists.flatMap((list) => list.keys.map((key) => ({ list, ...key })));
  const named = able.filter((key) => key.use === "seal" && same(key.kid, message.kid));
  if (!named.length) return answer("UNKNOWN_KEY");
  const key = await signer(message, named, joined([new TextEncoder().encode("tte1"), idBytes(id)]));
  if (key === null) return answer("FORGED");
  const facts = unlessMalformed(() => checked(decode(message.payload)));
  if (facts === null) return answer("UNREADABLE");
  if (facts.get(OFFICE) !== key.list.office) return answer("FORGED");
  const [verdict, statusAt] = await judged(host, id, facts, key, status, now);
  return { verdict, id, office: key.list.name, facts, statusAt };
}

const answer = (verdict) => ({ verdict, id: "", office: "", facts: null, statusAt: null });

function unlessMalformed(reading) {
  try {
    return reading();
  } catch (why) {
    if (why instanceof Malformed) return null;
    throw why;
  }
}

function ofOtherText(said, lists) {
  if (NATIONAL.test(said)) return "NATIONAL";
  const address = ADDRESS.exec(said);
  if (address === null) return "NOT_A_SEAL";
  if (address[2] !== undefined) return "UNREADABLE";
  return lists.some((list) => list.hosts.includes(address[1])) ? "UNSEALED" : "NOT_A_SEAL";
}

async function judged(host, id, facts, key, status, now) {
  const issued = facts.get(ISSUED);
  if (!key.list.hosts.includes(host)) return ["FOREIGN_HOST", null];
  if (key.state === "compromised") return ["KEY_COMPROMISED", null];
  if (issued < key.from || issued > key.until || issued * DAY > now + DAY) return ["OUT_OF_PERIOD", null];
  if (key.state === "test") return ["SPECIMEN", null];
  const known = status.get(`${key.list.office}/${periodOf(issued)}`);
  if (known === undefined) return ["GENUINE_STATUS_UNKNOWN", null];
  const state = await stateOf(known, id);
  if (state !== null) return [state, known.made];
  return [now <= known.until && now <= key.list.renewed_by ? "GENUINE" : "GENUINE_STATUS_OLD", known.made];
}

function checked(claims) {
  if (!(claims instanceof Map) || ![1, 2, 3, 4].every((label) => claims.has(label))) throw new Malformed("lacks a claim");
  for (const [label, fact] of claims) {
    const kind = kindOf(fact);
    if (typeof label !== "number" || label < 1 || label > 255) throw new Malformed("a claim without a number");
    if (!["int", "text", "bytes"].includes(kind) || kind !== (TYPES.get(label) ?? kind)) throw new Malformed("another type");
    if (kind === "int" && fact < 0 && !DAYS.has(label)) throw new Malformed("a negative number");
    if (kind === "text" && (fact === "" || [...fact].length > 120)) throw new Malformed("an empty or long text");
  }
  return claims;
}

function bytesOf(number, size = 0) {
  let digits = number.toString(16);
  digits = digits.padStart(Math.max(size * 2, digits.length + (digits.length % 2)), "0");
  return Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
}

function idBytes(id) {
  let number = 0n;
  for (const letter of id) number = number * 32n + BigInt(LETTERS.indexOf(letter));
  return bytesOf(number, 16);
}
