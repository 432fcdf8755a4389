/**
 * The safetensors format (Hugging Face): eight bytes of header length, a JSON header of names, types, shapes and byte
 * ranges, then the data, little-endian.
 */

/** Types that weights are stored in. */
export type StoredType = "F32" | "F16";

/** One stored array: values are float32 whatever the stored type. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A file's contents. */
export interface Safetensors {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const BYTES: Record<StoredType, number> = { F32: 4, F16: 2 };

/** Writes a file. Float16 rounds to nearest; a value that float16 cannot hold is an error. */
export function encodeSafetensors(
  { metadata, tensors }: Safetensors,
  type: StoredType = "F32",
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    const end = offset + values.length * BYTES[type];
    header[name] = { dtype: type, shape, data_offsets: [offset, end] };
    offset = end;
  }
  let text = JSON.stringify(header);
  text += " ".repeat((8 - new TextEncoder().encode(text).length % 8) % 8);
  const head = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + head.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(head.length), true);
  file.set(head, 8);
  let at = 8 + head.length;
  for (const [name, { values }] of tensors) {
    const stored = type === "F32" ? values : new Float16Array(values);
    if (type === "F16" && stored.some((v, i) => !Number.isFinite(v) && Number.isFinite(values[i]))) {
      throw new RangeError(`${name} has values that float16 cannot hold`);
    }
    file.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), at);
    at += stored.byteLength;
  }
  return file;
}

/** Reads a file. Throws an Error of one line, without the file's name, when it is truncated or not safetensors. */
export function decodeSafetensors(file: Uint8Array<ArrayBuffer>): Safetensors {
  if (file.length < 8) throw new Error("is too short to be safetensors");
  const headLength = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (headLength > file.length - 8) throw new Error("is truncated, or not safetensors");
  const header = parseHeader(file.subarray(8, 8 + headLength));
  const data = file.subarray(8 + headLength);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(header.entries)) {
    tensors.set(name, { shape: entry.shape, values: values(name, entry, data) });
  }
  return { metadata: header.metadata, tensors };
}

function parseHeader(bytes: Uint8Array): { metadata: Record<string, string>; entries: Record<string, HeaderEntry> } {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Error("is not safetensors: its header is not JSON");
  }
  if (typeof header !== "object" || header === null) throw new Error("is not safetensors: its header is no object");
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, unknown>;
  for (const [name, entry] of Object.entries(entries)) {
    const { shape, data_offsets: range } = entry as Partial<HeaderEntry>;
    if (!Array.isArray(shape) || !Array.isArray(range) || range.length !== 2) {
      throw new Error(`is not safetensors: ${name} has no shape or range`);
    }
  }
  return { metadata: metadata as Record<string, string>, entries: entries as Record<string, HeaderEntry> };
}

function values(name: string, { dtype, shape, data_offsets: [from, to] }: HeaderEntry, data: Uint8Array): Float32Array {
  if (dtype !== "F32" && dtype !== "F16") throw new Error(`stores ${name} as ${dtype}; only F32 and F16 are read`);
  const count = shape.reduce((product, n) => product * n, 1);
  if (to - from !== count * BYTES[dtype]) {
    throw new Error(`is damaged: ${name} has ${to - from} bytes for ${count} values`);
  }
  if (from < 0 || to > data.length) throw new Error(`is truncated: ${name} ends at byte ${to} of ${data.length}`);
  const bytes = data.slice(from, to).buffer; // a copy is aligned
  return dtype === "F32" ? new Float32Array(bytes) : Float32Array.from(new Float16Array(bytes));
}
