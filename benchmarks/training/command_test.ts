import assert from "node:assert/strict";
import { readAnyReport } from "../../reports/read.ts";
import { verifyFile } from "../../reports/verify_file.ts";
import { captured } from "../../reports/testdata/commands.ts";
import { inFolder } from "../scaling/testdata/surroundings.ts";
import { HELP } from "./arguments.ts";
import { run } from "./command.ts";

Deno.test("run() prints its help", async () => {
  assert.deepEqual(await captured(() => run(["--help"])), { code: 0, out: HELP, err: "" });
});

Deno.test("run() measures both parts on this machine's adapter, and verify agrees", () =>
  inFolder(async (folder) => {
    const args = [
      ...[
        "--preset",
        "tiny",
        "--batch",
        "1",
        "--seconds",
        "0.4",
        "--tokens",
        "4",
        "--steps",
        "1",
        "--recompute",
        "off",
      ],
      ...["--minutes", "0.01", "--engines", "samba", "--size", "nano", "--repeats", "1", "--out", `${folder}/new`],
    ];
    const { code, out } = await captured(() => run([...args, "--json"]));
    assert.equal(code, 0);
    const report = await readAnyReport(`${folder}/new`);
    assert.deepEqual(JSON.parse(out), report);
    assert.ok(report.kind === "training");
    assert.equal(report.environment.command, `deno task bench:training ${args.join(" ")} --json`);
    const steps = [...report.throughput!.rows, ...report.long!.rows].map(({ step }) => step.status);
    assert.deepEqual(steps, ["ok", "ok"]);
    const { differences, markdown } = await verifyFile(`${folder}/new`);
    assert.deepEqual(differences, []);
    for (const [, image] of markdown!.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)) {
      assert.match(await Deno.readTextFile(`${folder}/new/${image}`), /^<svg /);
    }
  }));
