// The values of PDF's syntax (ISO 32000-1 §7.3) in the one spelling that is plain: no comments, no `#` in names, no key twice.

export class Unclear extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

const DEEPEST = 20;
const TOKEN =
  /[\0\t\n\f\r ]*(?:(<<)|(\[)|\/((?:[!"$&'*-.0-;=?-Z\\^-z|~])+)|<([0-9A-Fa-f]*)>|\(((?:[^()\\]|\\[^])*)\)|([1-9]\d{0,8}) 0 R(?![^\0\t\n\f\r ()<>[\]{}/%])|(\d{1,10})(?![^\0\t\n\f\r ()<>[\]{}/%])|([+-]?(?:\d{1,12}\.?\d{0,12}|\.\d{1,12}))(?![^\0\t\n\f\r ()<>[\]{}/%])|(true|false|null)(?![^\0\t\n\f\r ()<>[\]{}/%]))/y;
const CLOSE_DICTIONARY = /[\0\t\n\f\r ]*>>/y;
const CLOSE_ARRAY = /[\0\t\n\f\r ]*\]/y;

// The bytes as text, a letter for each, so that it takes no more room than they do. Those above 127 mean nothing here.
export function asText(bytes) {
  const parts = [], decoder = new TextDecoder("ascii");
  for (let at = 0; at < bytes.length; at += 1 << 20) {
    parts.push(decoder.decode(bytes.subarray(at, at + (1 << 20)).map((byte) => (byte < 128 ? byte : 1))));
  }
  return parts.join("");
}

export function matched(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

export const past = (pattern, text, at) => {
  if (matched(pattern, text, at) === null) throw new Unclear("layout");
  return pattern.lastIndex;
};

// A name is { name }, a reference { ref }, strings { string } or { hex, start, end }, other numbers { real }.
export function valueAt(text, at, depth = 0) {
  const found = matched(TOKEN, text, at);
  if (found === null || depth > DEEPEST) throw new Unclear("layout");
  const end = TOKEN.lastIndex, [, dictionary, array, name, digits, string, ref, whole, real, word] = found;
  if (dictionary !== undefined) return dictionaryAt(text, end, depth);
  if (array !== undefined) return arrayAt(text, end, depth);
  if (name !== undefined) return [{ name }, end];
  if (digits !== undefined) return [{ hex: digits, start: end - digits.length - 2, end }, end];
  if (string !== undefined) return [{ string }, end];
  if (ref !== undefined) return [{ ref: Number(ref) }, end];
  if (whole !== undefined) return [Number(whole), end];
  if (real !== undefined) return [{ real }, end];
  return [word === "null" ? null : word === "true", end];
}

function dictionaryAt(text, at, depth) {
  const found = new Map();
  while (matched(CLOSE_DICTIONARY, text, at) === null) {
    const [key, middle] = valueAt(text, at, depth + 1);
    if (typeof key?.name !== "string" || found.has(key.name)) throw new Unclear("layout");
    const [value, end] = valueAt(text, middle, depth + 1);
    found.set(key.name, value);
    at = end;
  }
  return [found, CLOSE_DICTIONARY.lastIndex];
}

function arrayAt(text, at, depth) {
  const found = [];
  while (matched(CLOSE_ARRAY, text, at) === null) {
    const [value, end] = valueAt(text, at, depth + 1);
    found.push(value);
    at = end;
  }
  return [found, CLOSE_ARRAY.lastIndex];
}
