import type { Source } from "./sources.ts";

/** What the files of each room may import from, besides their own room. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kernels: [],
  model: ["kernels"],
  training: ["kernels", "model"],
  datasets: [],
  reports: [],
  benchmarks: ["kernels", "model", "training", "datasets", "reports"],
  tools: ["kernels", "model", "training", "datasets", "reports", "benchmarks", ""],
  "": ["kernels", "model", "training", "datasets", "reports", "benchmarks"],
};

/**
 * Folders of other rooms that a room may import from besides: scoring is arithmetic on texts, and `verify` must be able
 * to recompute a word error rate from what was heard by the same arithmetic. Nothing that measures comes in with it, as
 * pure files import only pure ones.
 */
const ALSO: Readonly<Record<string, readonly string[]>> = { reports: ["benchmarks/scoring/"] };

/** Folders whose files are pure functions, and an error they throw: they touch neither the system nor a device. */
const PURE = ["reports/statistics/", "benchmarks/scoring/", "datasets/errors.ts"];
const IMPURE = /\b(Deno\.(?!test\b)|navigator\b|GPU[A-Z]\w+|fetch\(|performance\.|Math\.random)/;

/** The room of a path: its first folder, "" for the files beside them. */
function room(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
}

/** Imports that go against the direction of dependency, one line each. */
export function wrongDirections(sources: readonly Source[]): string[] {
  const problems: string[] = [];
  for (const { path, imports } of sources) {
    const allowed = MAY_IMPORT[room(path)];
    if (!allowed) {
      problems.push(`${path}: the room ${room(path)} is not in tools/ok/rules.ts`);
      continue;
    }
    for (const { path: target, specifier } of imports) {
      if (target === null) continue;
      const isAllowed = [room(path), ...allowed].includes(room(target)) ||
        ALSO[room(path)]?.some((folder) => target.startsWith(folder));
      if (!isAllowed) {
        problems.push(`${path} imports ${specifier}: ${room(path)} may not know ${room(target) || "the top level"}`);
      }
      const isDevice = path.startsWith("kernels/gpu/") && !path.endsWith("_test.ts");
      if (isDevice && !target.startsWith("kernels/gpu/")) {
        problems.push(`${path} imports ${specifier}: the device may not know the kernels that run on it`);
      }
    }
  }
  return problems;
}

/** Files that import one another in a circle when they run, one line for each circle. */
export function cycles(sources: readonly Source[]): string[] {
  const imports = new Map(
    sources.map(({ path, imports }) => [path, imports.flatMap((i) => i.path === null || i.isType ? [] : [i.path])]),
  );
  const finished = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(" → "));
    if (start >= 0 || finished.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return found;
}

/** Lines of pure folders that name a system or device interface, and what they import that is not pure. */
export function impurities(sources: readonly Source[]): string[] {
  const isPure = (path: string): boolean => PURE.some((folder) => path.startsWith(folder));
  return sources
    .filter(({ path }) => isPure(path) && !path.endsWith("_test.ts"))
    .flatMap(({ path, text, imports }) => [
      ...text.split("\n").flatMap((line, i) => IMPURE.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : []),
      ...imports.filter(({ specifier }) => specifier.startsWith("node:")).map((i) => `${path} imports ${i.specifier}`),
      ...imports.filter((i) => i.path !== null && !i.isType && !isPure(i.path))
        .map((i) => `${path} imports ${i.specifier}, which is not pure`),
    ]);
}
