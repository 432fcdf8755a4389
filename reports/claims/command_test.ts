import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CLAIMS } from "../claims.ts";
import { exampleEval } from "../example_eval.ts";
import { exampleReport } from "../example_report.ts";
import { captured, inTemporaryFolder } from "../testdata/commands.ts";
import type { ClaimRow } from "./claim.ts";
import { run } from "./command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Writes reports of both kinds into folders of `folder`. */
async function publish(folder: string, scaling = exampleReport()): Promise<void> {
  for (const [name, report] of [["gpu/scaling", scaling], ["cpu/eval", exampleEval().report]] as const) {
    await Deno.mkdir(join(folder, name), { recursive: true });
    await Deno.writeTextFile(join(folder, name, "report.json"), JSON.stringify(report));
  }
}

Deno.test("claims writes the ledger, and --check sees whether it is what the reports give", () =>
  inTemporaryFolder(async (folder) => {
    const [reports, out] = [join(folder, "published"), join(folder, "CLAIMS.md")];
    await publish(reports);
    const args = ["--reports", reports, "--out", out];

    const missing = await captured(() => run([...args, "--check"]));
    assert.equal(missing.code, 1);
    assert.equal((await Array.fromAsync(Deno.readDir(folder))).length, 1, "--check wrote something");
    assert.match(
      missing.err,
      /^[^\n]*CLAIMS\.md: is not what the reports under [^\n]* give now; write it with [^\n]*$/,
    );

    const written = await captured(() => run(args));
    assert.equal(written.code, 0);
    assert.match(written.out, /^claim +verdict +deciding figure\nlinear-time +supported +exponent /);
    assert.match(written.out, /\n\n\d+ supported, \d+ contradicted, \d+ not tested\n\nwrote .*CLAIMS\.md$/);
    assert.equal((await captured(() => run([...args, "--check"]))).code, 0);

    const slower = exampleReport();
    slower.environment.command += " --budget 60";
    await publish(reports, slower);
    assert.equal((await captured(() => run([...args, "--check"]))).code, 1);
    await captured(() => run(args));
    await Deno.writeTextFile(out, (await Deno.readTextFile(out)).replace("contradicted", "supported"));
    assert.equal((await captured(() => run([...args, "--check"]))).code, 1);
  }));

Deno.test("claims writes a section for each claim, with its thresholds, and links that lead to the reports", () =>
  inTemporaryFolder(async (folder) => {
    await publish(join(folder, "published"));
    const out = join(folder, "CLAIMS.md");
    await captured(() => run(["--reports", join(folder, "published"), "--out", out]));
    const text = await Deno.readTextFile(out);
    for (const { id, title, claim } of CLAIMS) {
      assert.ok(text.includes(`| [${title}](#${id}) | **`), id);
      assert.ok(text.includes(`<a id="${id}"></a>\n\n## ${title}: `), id);
      assert.ok(text.includes(`- Claim: ${claim}`), id);
    }
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path]) => path);
    assert.deepEqual([...new Set(links)], ["published/gpu/scaling/report.json"]);
    assert.match(text, /\| `deno task bench:scaling --minutes 5,10,20,30 --batch 1` \|/);
    for (const [heading] of text.matchAll(/^\|.*\|$/gm)) {
      assert.ok(!/undefined|NaN|null|Infinity/.test(heading), heading);
    }
  }));

Deno.test("claims --json prints every claim with figures, devices, dates, commands and reports", () =>
  inTemporaryFolder(async (folder) => {
    await publish(join(folder, "published"));
    const args = ["--reports", join(folder, "published"), "--out", join(folder, "CLAIMS.md"), "--json"];
    const { code, out } = await captured(() => run(args));
    assert.equal(code, 0);
    const rows = JSON.parse(out) as ClaimRow[];
    assert.deepEqual(rows.map(({ claim }) => claim.id), CLAIMS.map(({ id }) => id));
    const { decisive, verdict } = rows[0];
    assert.equal(verdict, "supported");
    assert.deepEqual(decisive!.sources, [{
      report: "published/gpu/scaling/report.json",
      device: "NVIDIA H200, driver 580.95.05",
      date: "2026-11-23T17:00:00Z",
      command: "deno task bench:scaling --minutes 5,10,20,30 --batch 1",
    }]);
    assert.equal(decisive!.numbers!.lower < decisive!.numbers!.value, true);
  }));

Deno.test("claims says in one line which report is malformed, and writes nothing", () =>
  inTemporaryFolder(async (folder) => {
    const reports = join(folder, "published");
    await publish(reports);
    const path = join(reports, "gpu/scaling/report.json");
    const changed = { ...exampleReport(), frame_rate_hz: "25" };
    for (
      const [text, problem] of [["{", /not JSON/], [JSON.stringify(changed), /frame_rate_hz: /], ["", /empty/]] as const
    ) {
      await Deno.writeTextFile(path, text);
      const { code, out, err } = await captured(() => run(["--reports", reports, "--out", join(folder, "CLAIMS.md")]));
      assert.deepEqual([code, out], [3, ""]);
      assert.ok(err.startsWith(`${path}: `) && !err.includes("\n"), err);
      assert.match(err, problem);
    }
    assert.equal(await Deno.stat(join(folder, "CLAIMS.md")).catch(() => null), null);
  }));

Deno.test("claims prints its help, and refuses wrong usage in one line", () =>
  inTemporaryFolder(async (folder) => {
    const help = await captured(() => run(["--help"]));
    assert.equal(help.code, 0);
    assert.match(help.out, /--reports DIR[\s\S]*--check[\s\S]*Exit code/);
    for (
      const args of [["x"], ["--speed"], ["--out", `${folder}/`], ["--out", ""], ["--reports", ""], [
        "--reports",
        join(folder, "no"),
      ]]
    ) {
      const refused = await captured(() => run(args));
      assert.deepEqual([refused.code, refused.out], [3, ""], args.join(" "));
      assert.match(refused.err, /^[^\n]+(--help|--reports)$/);
    }
  }));

Deno.test("CLAIMS.md is what the published reports give", async () => {
  const out = join(root, "CLAIMS.md");
  if (await Deno.stat(out).catch(() => null) === null) {
    console.log("skipped: CLAIMS.md is what the published reports give: there is no CLAIMS.md yet");
    return;
  }
  const { code, err } = await captured(() =>
    run(["--reports", join(root, "reports/published"), "--out", out, "--check"])
  );
  assert.equal(code, 0, err);
});
