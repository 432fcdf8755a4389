import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { CLAIMS, THRESHOLDS_SET, TRAINED_MODELS } from "./claims.ts";
import { type RateRule, thresholdsOf } from "./claims/claim.ts";

Deno.test("every claim has an identifier of its own, thresholds with reasons, and all of its text", () => {
  assert.equal(new Set(CLAIMS.map(({ id }) => id)).size, CLAIMS.length);
  assert.equal(new Set(CLAIMS.map(({ title }) => title)).size, CLAIMS.length);
  for (const { id, rule, commands, ...texts } of CLAIMS) {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/);
    for (const text of Object.values(texts)) assert.ok(text.length > 3, `${id}: ${text}`);
    assert.ok(commands.length > 0 && commands.every((command) => command.startsWith("deno task ")), id);
    const thresholds = thresholdsOf(rule);
    assert.ok(thresholds.length > 0, id);
    for (const { value, says, reason } of thresholds) {
      assert.ok(Number.isFinite(value) && says.length > 10 && reason.length > 10, id);
    }
  }
});

Deno.test("the claimed mean is that of the four claimed rates", () => {
  const rates = CLAIMS.flatMap(({ rule }) => rule.kind === "rate" ? [rule as RateRule] : []);
  const single = rates.filter(({ datasets }) => datasets.length === 1);
  const [mean] = rates.filter(({ datasets }) => datasets.length > 1);
  assert.deepEqual(single.map(({ datasets }) => datasets[0]), mean.datasets);
  const computed = single.reduce((sum, { claimed }) => sum + claimed.value, 0) / 4;
  assert.ok(Math.abs(computed - mean.claimed.value) < 0.005, `${computed}`);
});

Deno.test("models that comparisons rest on have names of their own", () => {
  assert.equal(new Set(TRAINED_MODELS.map(({ name }) => name)).size, TRAINED_MODELS.length);
});

Deno.test("rules and thresholds are those of THRESHOLDS_SET: to change one is to move that moment, and this hash", () => {
  const rules = CLAIMS.map(({ id, rule }) => ({ id, rule }));
  const withoutWords = (name: string, value: unknown) => name === "says" || name === "reason" ? undefined : value;
  const hash = createHash("sha256").update(JSON.stringify([THRESHOLDS_SET, rules], withoutWords)).digest("hex");
  assert.equal(hash, "1acde41b9f88e04505f9da005ddca7d9f27e8cc15eb77f9be811698d03703be6");
});
