import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type Checkpoint,
  checkpointPath,
  type CheckpointTensor,
  loadCheckpoint,
  saveCheckpoint,
} from "./checkpoint.ts";
import { configError } from "./testing.ts";

function example(step: number): Checkpoint {
  const tensors = new Map<string, CheckpointTensor>([
    ["weights", new Float32Array([1.5, -0, NaN, step])],
    ["empty", new Float32Array(0)],
    ["lengths", new Uint32Array([1, 0xffffffff, step])],
  ]);
  return { tensors, state: { step, position: [3, 14], config: { name: "näme" } } };
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "samba-checkpoint-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test("loadCheckpoint() gives back what saveCheckpoint() was given, and the newer of two", () =>
  inFolder(async (folder) => {
    const path = checkpointPath(folder, "last");
    assert.equal(path, join(folder, "last.safetensors"));
    for (const step of [1, 2]) {
      await saveCheckpoint(path, example(step));
      assert.deepEqual(await loadCheckpoint(path), example(step));
    }
    assert.deepEqual(await names(folder), ["last.safetensors"], "nothing is left beside it");
  }));

Deno.test("saveCheckpoint() writes safetensors: a length, a JSON header, then the values at its offsets", () =>
  inFolder(async (folder) => {
    const path = checkpointPath(folder, "best");
    await saveCheckpoint(path, example(7));
    const bytes = await Deno.readFile(path);
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    assert.equal(length % 8, 0);
    assert.deepEqual(header.lengths, { dtype: "U32", shape: [3], data_offsets: [16, 28] });
    assert.equal(view.getFloat32(8 + length, true), 1.5);
    assert.equal(view.getUint32(8 + length + 24, true), 7);
    assert.equal(bytes.length, 8 + length + 28);
  }));

Deno.test("saveCheckpoint() leaves the one before intact, in one line, on a full disk", () =>
  inFolder(async (folder) => {
    const path = checkpointPath(folder, "last");
    await saveCheckpoint(path, example(1));
    // A process of its own, as only all permissions open /dev/full, where every write fails for want of room.
    const code = `
      import { saveCheckpoint } from ${JSON.stringify(import.meta.resolve("./checkpoint.ts"))};
      await Deno.symlink("/dev/full", "${path}.tmp");
      await saveCheckpoint("${path}", { tensors: new Map([["x", new Float32Array(9)]]), state: {} })
        .catch(({ name, message }) => console.log(name + ": " + message));`;
    const cwd = new URL("..", import.meta.url);
    const { stdout } = await new Deno.Command("deno", { args: ["eval", code], cwd }).output();
    const expected =
      /^ConfigError: .*last\.safetensors: the checkpoint cannot be written \(No space left.*before is intact/;
    if (Deno.build.os === "linux") assert.match(new TextDecoder().decode(stdout), expected);
    assert.deepEqual(await loadCheckpoint(path), example(1));
    await saveCheckpoint(path, example(2));
    assert.deepEqual(await loadCheckpoint(path), example(2), "and it goes on when there is room again");
  }));

Deno.test("saveCheckpoint() says in one line what is in its way, and takes over what a kill left", () =>
  inFolder(async (folder) => {
    const path = checkpointPath(folder, "last");
    await saveCheckpoint(path, example(1));
    await Deno.mkdir(join(`${path}.tmp`, "full"), { recursive: true });
    await assert.rejects(saveCheckpoint(path, example(2)), configError(/cannot be written \(Is a directory/));
    assert.deepEqual(await loadCheckpoint(path), example(1));
    await Deno.remove(`${path}.tmp`, { recursive: true });
    await Deno.writeTextFile(`${path}.tmp`, "half a checkpoint".repeat(1000));
    await saveCheckpoint(path, example(2));
    assert.deepEqual(await loadCheckpoint(path), example(2));
    await assert.rejects(saveCheckpoint(join(folder, "none", "last"), example(2)), configError(/cannot be written/));
  }));

Deno.test("loadCheckpoint() refuses, in one line, what is missing, truncated at any byte or changed in any", () =>
  inFolder(async (folder) => {
    const path = checkpointPath(folder, "last");
    await assert.rejects(loadCheckpoint(path), configError(/last\.safetensors: no such checkpoint/));
    await saveCheckpoint(path, example(1));
    const whole = await Deno.readFile(path);
    for (let length = 0; length < whole.length; length += 7) {
      await Deno.writeFile(path, whole.subarray(0, length));
      await assert.rejects(loadCheckpoint(path), configError(/was changed|is no checkpoint/), `${length} bytes`);
    }
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.slice();
      changed[at] ^= 1;
      await Deno.writeFile(path, changed);
      await assert.rejects(loadCheckpoint(path), configError(/was changed|is no checkpoint/), `byte ${at}`);
    }
    await Deno.writeFile(path, new Uint8Array([...whole, 0]));
    await assert.rejects(loadCheckpoint(path), configError(/was changed/), "a byte too many");
  }));
