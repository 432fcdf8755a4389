import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { ConfigError } from "../model/config.ts";

/** Values as the device has them. */
export type CheckpointTensor = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Everything that a run needs to go on. */
export interface Checkpoint {
  /** Weights, moments and averages by name. */
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  /** What else is needed, as JSON: position, config, hashes. */
  readonly state: unknown;
}

/** Which of a run's checkpoints. */
export type CheckpointName = "last" | "best";

/** Where a run in `folder` keeps its last or best checkpoint. */
export function checkpointPath(folder: string, name: CheckpointName): string {
  return join(folder, `${name}.safetensors`);
}

const FORMAT = "samba-asr-bench checkpoint 1";
/** Where the header states the SHA-256 of all bytes but its own 64 digits. */
const OPENING = '{"__metadata__":{"sha256":"';
const DIGEST = { from: 8 + OPENING.length, to: 8 + OPENING.length + 64 } as const;

interface Entry {
  readonly dtype: "F32" | "U32";
  readonly shape: readonly [number];
  readonly data_offsets: readonly [number, number];
}

type Header =
  & { readonly __metadata__: { readonly format: string; readonly state: string } }
  & Record<string, Entry>;

/**
 * Writes a checkpoint as safetensors, with the state and the SHA-256 of everything in its metadata. It is written beside
 * and synchronised before it takes its place, so that whatever happens, a whole file is there: this one or the one before.
 * Throws a ConfigError, one line, where it cannot be written, such as on a full disk; the one before is intact then.
 */
export async function saveCheckpoint(path: string, { tensors, state }: Checkpoint): Promise<void> {
  const head = headOf(tensors, JSON.stringify(state));
  const parts = [head, ...[...tensors.values()].map(bytesOf)];
  head.set(new TextEncoder().encode(contentHash(parts)), DIGEST.from);
  try {
    await replaceFile(path, parts);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    throw new ConfigError(
      `${path}: the checkpoint cannot be written (${reason}); the one before is intact: make room, then --resume`,
    );
  }
}

/** Header length and header, in which the digest is still to be filled in. */
function headOf(tensors: Checkpoint["tensors"], state: string): Uint8Array<ArrayBuffer> {
  const entries: Record<string, Entry> = {};
  let offset = 0;
  for (const [name, values] of tensors) {
    const end = offset + values.byteLength;
    const dtype = values instanceof Float32Array ? "F32" : "U32";
    entries[name] = { dtype, shape: [values.length], data_offsets: [offset, end] };
    offset = end;
  }
  const metadata = { sha256: "0".repeat(64), format: FORMAT, state };
  const text = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...entries }));
  const head = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(text, 8);
  return head;
}

function bytesOf({ buffer, byteOffset, byteLength }: CheckpointTensor): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** SHA-256 of a file in parts, of which the first holds the digest's place. */
function contentHash([head, ...rest]: readonly Uint8Array[]): string {
  const hash = createHash("sha256").update(head.subarray(0, DIGEST.from)).update(head.subarray(DIGEST.to));
  for (const part of rest) hash.update(part);
  return hash.digest("hex");
}

/** Writes beside the file, under one name always, so that a run that is killed often leaves one rest and not many. */
async function replaceFile(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    using file = await Deno.open(temporary, { write: true, create: true, truncate: true });
    for (const part of parts) {
      for (let at = 0; at < part.length;) at += await file.write(part.subarray(at));
    }
    await file.sync();
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await Deno.rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Makes the new name last through a power cut too, where the system can. */
async function syncFolder(folder: string): Promise<void> {
  try {
    using handle = await Deno.open(folder);
    await handle.sync();
  } catch {
    // Windows opens no folders; the file itself is whole in any case.
  }
}

/**
 * Reads a checkpoint that {@link saveCheckpoint} wrote. Throws a ConfigError, one line that names the file, where there is
 * none, and where it is truncated or anything in it was changed.
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const file = await Deno.readFile(path).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) throw new ConfigError(`${path}: no such checkpoint; nothing can go on`);
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    throw new ConfigError(`${path}: cannot be read (${reason})`);
  });
  const text = (from: number, to: number) => new TextDecoder().decode(file.subarray(from, to));
  if (text(8, DIGEST.from) !== OPENING) throw new ConfigError(`${path}: is no checkpoint of a training run`);
  if (contentHash([file]) !== text(DIGEST.from, DIGEST.to)) {
    throw new ConfigError(
      `${path}: is truncated or was changed: it does not have the SHA-256 it states; use another checkpoint, or begin again`,
    );
  }
  const start = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
  const { __metadata__: { format, state }, ...entries }: Header = JSON.parse(text(8, start));
  if (format !== FORMAT) throw new ConfigError(`${path}: is a ${format}, and this program reads ${FORMAT}`);
  const tensors = new Map<string, CheckpointTensor>();
  for (const [name, { dtype, data_offsets: [from, to] }] of Object.entries(entries)) {
    const { buffer } = file.slice(start + from, start + to); // a copy is aligned
    tensors.set(name, dtype === "F32" ? new Float32Array(buffer) : new Uint32Array(buffer));
  }
  return { tensors, state: JSON.parse(state) };
}
