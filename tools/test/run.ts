/**
 * `deno task test [FILE...] [OPTION...]`: the tests by `deno task test:files`, which gives them their permissions. With
 * arguments, or on an adapter that is software, in one process. On a GPU all of them run in one process after another: each
 * file opens a device of its own, and after some 50 in one process NVIDIA's driver gives no adapter (580.159.04).
 */
import { probe } from "../../kernels/gpu/mod.ts";
import { ROOT, sources } from "../ok/sources.ts";
import { groups } from "./groups.ts";

const FILES_A_PROCESS = 40;

/** Runs tests, and gives the exit code. */
async function test(args: readonly string[]): Promise<number> {
  const command = new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", "test:files", ...args], cwd: ROOT });
  return (await command.spawn().status).code;
}

async function codesOf(args: readonly string[]): Promise<number[]> {
  const adapter = args.length === 0 ? await probe() : undefined;
  if (adapter === undefined || adapter.isSoftware) return [await test(args)];
  const files = (await sources()).map(({ path }) => path).filter((path) => path.endsWith("_test.ts"));
  const codes: number[] = [];
  for (const group of groups(files, FILES_A_PROCESS)) codes.push(await test(group));
  return codes;
}

if (import.meta.main) {
  const codes = await codesOf(Deno.args);
  const failed = codes.filter((code) => code !== 0);
  if (codes.length > 1) console.log(`\n${codes.length - failed.length} of ${codes.length} processes passed`);
  Deno.exit(failed[0] ?? 0);
}
