import assert from "node:assert/strict";
import { exampleKernels } from "../../reports/example_kernels.ts";
import { gateReport } from "../../reports/gate/schema.ts";
import { denoCommand } from "../harness/spawn.ts";
import { PROJECT_ROOT } from "../harness/project.ts";
import { runProgram } from "./program.ts";

const PERMISSIONS = [
  "--allow-read",
  "--allow-write",
  "--allow-run=deno,git,nvidia-smi",
  "--allow-env=GITHUB_STEP_SUMMARY,TMPDIR",
  "--allow-sys=osRelease,systemMemoryInfo,cpus",
];
const SCRIPT = `${PROJECT_ROOT}/benchmarks/gate/testdata/gate.ts`;

/** A process of the command. */
function start(args: readonly string[], env: Record<string, string> = {}): Deno.ChildProcess {
  const all = ["run", "--quiet", "--no-prompt", `--config=${PROJECT_ROOT}/deno.json`, ...PERMISSIONS, SCRIPT, ...args];
  return new Deno.Command(denoCommand(), { args: all, stdin: "null", stdout: "piped", stderr: "piped", env }).spawn();
}

async function ended(process: Deno.ChildProcess): Promise<{ code: number; out: string; error: string }> {
  const { code, stdout, stderr } = await process.output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  // A driver may complain of its surroundings.
  const error = text(stderr).split("\n").filter((line) => line !== "" && !/XDG_RUNTIME_DIR/.test(line)).join("\n");
  return { code, out: text(stdout), error };
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("gate compares two stored reports, on terminal, as JSON, in a folder and in GitHub's summary", async () => {
  await withFolder(async (folder) => {
    const [was, now] = [exampleKernels(), exampleKernels()];
    await Deno.writeTextFile(`${folder}/was.json`, JSON.stringify(was));
    await Deno.writeTextFile(`${folder}/now.json`, JSON.stringify(now));
    const reports = ["--baseline", `${folder}/was.json`, "--candidate", `${folder}/now.json`];
    const summary = `${folder}/summary.md`;
    // Three or four samples that vary by a fifth: too few to see 5 %.
    const noisy = await ended(start([...reports, "--out", `${folder}/out`], { GITHUB_STEP_SUMMARY: summary }));
    assert.equal(noisy.code, 2, noisy.error);
    assert.match(noisy.out, /is too noisy to see 5 %/);
    assert.match(await Deno.readTextFile(summary), /^# Gate: could not measure/);
    assert.equal(await Deno.readTextFile(`${folder}/out/gate.md`) + "\n", await Deno.readTextFile(summary));
    const report = gateReport.parse(JSON.parse(await Deno.readTextFile(`${folder}/out/gate.json`)));
    assert.equal(report.stored!.rows.length, 4);
    const wide = await ended(start([...reports, "--effect", "400", "--json"]));
    assert.equal(wide.code, 0, wide.error);
    assert.equal(gateReport.parse(JSON.parse(wide.out)).exit_code, 0);

    now.environment.driver = "another";
    await Deno.writeTextFile(`${folder}/now.json`, JSON.stringify(now));
    const refused = await ended(start(reports));
    assert.equal(refused.code, 3);
    assert.match(
      refused.error,
      /^--candidate .*not measured as the baseline was \(driver: .*another\); .*--allow-different$/,
    );
    const allowed = await ended(start([...reports, "--allow-different", "--effect", "400"]));
    assert.equal(allowed.code, 0);
    assert.match(allowed.out, /differs, and was allowed to: driver/);
  });
});

Deno.test("gate refuses in a line, with exit code 3, what it cannot compare with", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/half.json`, JSON.stringify(exampleKernels()).slice(0, 100));
    await Deno.writeTextFile(`${folder}/other.json`, JSON.stringify({ kind: "gate", schema_version: 1 }));
    await Deno.writeTextFile(
      `${folder}/old.json`,
      JSON.stringify({ ...exampleKernels(), schema_version: 0 }),
    );
    const cases: [string[], RegExp][] = [
      [["--baseline", `${folder}/none.json`, "--candidate", `${folder}/half.json`], /none\.json: no such file/],
      [
        ["--baseline", `${folder}/half.json`, "--candidate", `${folder}/half.json`],
        /half\.json: not JSON .*; measure again/,
      ],
      [["--baseline", `${folder}/old.json`, "--candidate", `${folder}/old.json`], /schema_version is 0/],
      [["--baseline", `${folder}/other.json`, "--candidate", `${folder}/old.json`], /kind is "gate"/],
      [["--against", "no-such-ref"], /--against no-such-ref: no such git ref, and no folder/],
      [["--candidate", folder], /holds no deno\.json; give a checkout of this project/],
    ];
    const all = await Promise.all(cases.map(([args]) => ended(start(args))));
    all.forEach(({ code, out, error }, i) => {
      assert.equal(code, 3, error);
      assert.equal(out, "");
      assert.match(error, cases[i][1]);
      assert.doesNotMatch(error, /\n/);
    });
  });
});

const { code: noGit } = await runProgram("git", ["-C", PROJECT_ROOT, "rev-parse", "HEAD"], {});
const interrupted = "gate ends with what it has on Ctrl-C, and leaves no file behind";
if (noGit !== 0) console.log(`skipped: ${interrupted}: this is no git checkout`);
Deno.test({
  name: interrupted,
  ignore: noGit !== 0,
  fn: () =>
    withFolder(async (folder) => {
      const out = `${folder}/out`;
      await Deno.mkdir(`${folder}/tmp`);
      const args = ["--against", "HEAD", "--no-exact", "--only", "matmul", "--out", out];
      const process = start(args, { TMPDIR: `${folder}/tmp` });
      const finished = ended(process);
      const held = (): string[] => [...Deno.readDirSync(`${folder}/tmp`)].map(({ name }) => name);
      const until = Date.now() + 20_000;
      while (!held().some((name) => name.startsWith("samba-gate-")) && Date.now() < until) await pause(50);
      assert.equal(held().length, 1);
      await pause(1500);
      process.kill("SIGINT");
      const { code, out: text, error } = await finished;
      assert.equal(code, 2, error);
      assert.match(
        text,
        /could not measure: interrupted after \d+ pairs? of up to 30; run it again\ngate: could not measure/,
      );
      assert.deepEqual(held(), []);
      const report = gateReport.parse(JSON.parse(await Deno.readTextFile(`${out}/gate.json`)));
      assert.equal(report.timing!.stopped, "interrupted");
    }),
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
