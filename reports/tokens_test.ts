import assert from "node:assert/strict";
import { buildReport } from "./derive.ts";
import { exampleReport } from "./example_report.ts";
import { tokenPairs, tokenSection } from "./tokens.ts";

Deno.test("tokenPairs() compares engines of one function at each length and batch that both have", () => {
  assert.deepEqual(
    tokenPairs(exampleReport([1, 4])),
    [1, 4].map((batch) => ({
      engines: ["transformer-naive", "transformer-flash"],
      batch,
      sameFunction: true,
      equal: [5],
      different: [10],
    })),
  );
});

Deno.test("tokenPairs() finds other engines whose tokens are equal", () => {
  const report = exampleReport();
  const [samba, streaming] = ["samba", "samba-streaming"].map((engine) =>
    report.rows.find((row) => row.engine === engine && row.minutes === 20)!
  );
  Object.assign(samba, { tokens_sha256: streaming.tokens_sha256 });
  const other = tokenPairs(report).find(({ sameFunction }) => !sameFunction)!;
  assert.deepEqual(other.engines, ["samba", "samba-streaming"]);
  assert.deepEqual([other.equal, other.different], [[20], [5, 10, 30]]);
  assert.match(
    tokenSection(report),
    /different functions[\s\S]*\n- samba and samba-streaming, batch 1: equal at 20 min; different at 5, 10, 30 min$/,
  );
});

Deno.test("tokenSection() lists equal and different lengths without judging, or is empty", () => {
  const report = exampleReport();
  assert.match(
    tokenSection(report),
    /^## Do tokens agree\?\n[\s\S]*\n- transformer-naive and transformer-flash, batch 1: equal at 5 min; different at 10 min$/,
  );
  const alone = report.rows.filter(({ engine }) => engine === "samba");
  assert.equal(tokenSection(buildReport(report.environment, alone, 25, false)), "");
});
