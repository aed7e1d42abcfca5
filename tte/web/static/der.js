// DER as X.690 §10 and §11 want it and no other way: one byte of tag, the shortest length, nothing left over.

export class NotDer extends Error {}

export const [BOOLEAN, INTEGER, BITS, OCTETS, OID, SEQUENCE, SET] = [0x01, 0x02, 0x03, 0x04, 0x06, 0x30, 0x31];
export const inner = (number) => 0xa0 | number;

// The value at `at`: its tag, its contents, itself with its head, and where it ends.
export function valueAt(bytes, at = 0) {
  if (bytes.length - at < 2) throw new NotDer("cut short");
  const tag = bytes[at];
  let length = bytes[at + 1], begin = at + 2;
  if ((tag & 31) === 31) throw new NotDer("a tag of several bytes");
  if (length > 127) {
    const size = length & 127;
    if (size < 1 || size > 3 || begin + size > bytes.length) throw new NotDer("an open or too long length");
    length = 0;
    for (const byte of bytes.subarray(begin, begin + size)) length = length * 256 + byte;
    if (length < (size === 1 ? 128 : 2 ** (8 * (size - 1)))) throw new NotDer("a length in a longer form than it needs");
    begin += size;
  }
  const end = begin + length;
  if (end > bytes.length) throw new NotDer("cut short");
  return { tag, contents: bytes.subarray(begin, end), whole: bytes.subarray(at, end), end };
}

export function only(bytes, tag) {
  const found = valueAt(bytes);
  if (found.end !== bytes.length || found.tag !== tag) throw new NotDer("another value than expected");
  return found;
}

export function items(value) {
  const found = [];
  for (let at = 0; at < value.contents.length; at = found.at(-1).end) found.push(valueAt(value.contents, at));
  return found;
}

// The items of a value that has exactly these, by their tags.
export function shape(value, ...tags) {
  const found = items(value);
  if (found.length !== tags.length || found.some((one, at) => one.tag !== tags[at])) throw new NotDer("another shape");
  return found;
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

// An integer that is not negative, without its sign byte.
export function unsigned(value) {
  const { contents } = value;
  if (value.tag !== INTEGER || !contents.length || contents[0] > 127) throw new NotDer("no such integer");
  if (contents.length > 1 && contents[0] === 0 && contents[1] < 128) throw new NotDer("an integer with needless zeros");
  return contents.length > 1 && contents[0] === 0 ? contents.subarray(1) : contents;
}

// UTCTime and GeneralizedTime in the forms of RFC 5280 §4.1.2.5, as seconds since 1970-01-01.
export function time(value) {
  const said = String.fromCharCode(...value.contents.subarray(0, 16));
  if (value.tag === 0x17 && /^\d{12}Z$/.test(said)) return seconds((Number(said.slice(0, 2)) < 50 ? "20" : "19") + said);
  if (value.tag === 0x18 && /^\d{14}Z$/.test(said)) return seconds(said);
  throw new NotDer("no time");
}

// `digits` begin with year, month, day, hour, minute, second.
export function seconds(digits) {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(digits);
  const iso = `${parts.slice(0, 3).join("-")}T${parts.slice(3).join(":")}.000Z`;
  const at = Date.parse(iso);
  if (Number.isNaN(at) || new Date(at).toISOString() !== iso) throw new NotDer("no such time");
  return at / 1000;
}
