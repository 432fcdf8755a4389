/** Keeps one core busy until it is killed: `deno run benchmarks/gate/evidence/busy.ts`. */
for (let i = 0;; i++) if (i > 1e9) i = 0;
