import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** One import of a source file. */
export interface Import {
  /** As written: "./gpu/mod.ts", "node:path", "zod". */
  readonly specifier: string;
  /** Path from the project's folder, for relative specifiers. */
  readonly path: string | null;
  /** Whether only types are imported, which is nothing when the program runs. */
  readonly isType: boolean;
}

/** One source file. */
export interface Source {
  /** Path from the project's folder: "kernels/gpu/gpu.ts". */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const SKIPPED = new Set([".git", ".deno", ".gpu", "node_modules", "results", "coverage"]);

/** All TypeScript files of the project. */
export async function sources(folder: string = ROOT): Promise<Source[]> {
  const found: Source[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const full = join(folder, entry.name);
    if (entry.isDirectory && !SKIPPED.has(entry.name)) {
      found.push(...await sources(full));
    } else if (entry.isFile && entry.name.endsWith(".ts")) {
      const path = relative(ROOT, full);
      const text = await Deno.readTextFile(full);
      found.push({ path, text, imports: importsOf(path, text) });
    }
  }
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

const STATIC = /^(?:import|export)\s+(type\s+)?(?:[\w$*{}\s,]+?\s+from\s+)?"([^"]+)"/gm;
const DYNAMIC = /\bimport\("([^"]+)"\)/g;

/** The imports and re-exports that `text`, the file at `path`, names. */
export function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, isType: boolean) => {
    const target = specifier.startsWith(".") ? join(dirname(path), specifier) : null;
    found.push({ specifier, path: target, isType });
  };
  for (const [, type, specifier] of text.matchAll(STATIC)) add(specifier, type !== undefined);
  // What a comment shows is no import.
  const code = text.split("\n").filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line)).join("\n");
  for (const [, specifier] of code.matchAll(DYNAMIC)) add(specifier, false);
  return found;
}
