import type { z } from "zod";
import { canonicalJson, ConfigError } from "../model/config.ts";
import { type TrainingConfig, trainingConfig, trainingSchema } from "./config_schema.ts";
import { modelConfigOf } from "./model_config.ts";
import { nearestPath } from "./nearest.ts";

export { type TrainingConfig, trainingSchema } from "./config_schema.ts";

/**
 * Checks data from outside. Throws a ConfigError, one line that begins with `origin` and names the field; of a key that
 * is not known, the nearest one that is.
 */
export function parseTrainingConfig(data: unknown, origin: string): TrainingConfig {
  const result = trainingConfig.safeParse(data);
  if (!result.success) throw refusal(result.error.issues[0], origin);
  const { encoder } = modelConfigOf(result.data, origin);
  const beyond = result.data.losses.intermediateCtc?.blocks.find((blocks) => blocks >= encoder.blocks);
  if (beyond !== undefined) {
    throw new ConfigError(
      `${origin}: losses.intermediateCtc.blocks: nothing lies between blocks after ${beyond} of ${encoder.blocks}`,
    );
  }
  return result.data;
}

function refusal(issue: z.core.$ZodIssue, origin: string): ConfigError {
  if (issue.code === "unrecognized_keys") return unknownKey([...issue.path, issue.keys[0]].join("."), origin);
  return new ConfigError(`${origin}: ${issue.path.join(".") || "config"}: ${issue.message}`);
}

function unknownKey(path: string, origin: string): ConfigError {
  const keys = knownKeys().map((known) => known.replaceAll("*", "0"));
  return new ConfigError(`${origin}: ${path}: no such key; did you mean ${nearestPath(path, keys)}?`);
}

/**
 * A config with what `--set` says in place: `optimizer.learningRate=1e-3`, a value as JSON, else as text; null takes a key
 * away. Throws a ConfigError, one line, for a key that is not known, and where the result is no valid config.
 */
export function withOverrides(config: TrainingConfig, settings: readonly string[]): TrainingConfig {
  if (settings.length === 0) return config;
  const changed: unknown = structuredClone(config);
  for (const setting of settings) {
    const [, path, text] = /^([^=]+)=([^]*)$/.exec(setting) ?? [];
    if (path === undefined) {
      throw new ConfigError(`--set ${setting}: is no KEY=VALUE, such as optimizer.learningRate=1e-3`);
    }
    const isKnown = knownKeys().some((known) => known === path.replace(/\.\d+(?=\.|$)/g, ".*"));
    if (!isKnown) throw unknownKey(path, `--set ${setting}`);
    assign(changed, path.split("."), valueOf(text), setting);
  }
  return parseTrainingConfig(changed, settings.map((setting) => `--set ${setting}`).join(" "));
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function assign(target: unknown, [key, ...rest]: readonly string[], value: unknown, setting: string): void {
  // A list that was replaced by a range, or the other way round, has no such key.
  const fits = Array.isArray(target) ? Number(key) <= target.length : typeof target === "object" && target !== null;
  if (!fits) {
    throw new ConfigError(`--set ${setting}: ${key} is not there to be set; set what it is part of as a whole`);
  }
  const fields = target as Record<string, unknown>;
  if (rest.length > 0) assign(fields[key] ??= {}, rest, value, setting);
  else if (value === null) delete fields[key];
  else fields[key] = value;
}

/** Every key of a config as a dotted path; `*` is an index. */
function knownKeys(): string[] {
  return [...new Set(keysOf(trainingSchema(), []))];
}

function keysOf(node: unknown, path: readonly string[]): string[] {
  const { properties = {}, items, prefixItems = [], anyOf = [] } = node as {
    properties?: Record<string, unknown>;
    items?: unknown;
    prefixItems?: unknown[];
    anyOf?: unknown[];
  };
  const inner: [key: string, node: unknown][] = Object.entries(properties);
  for (const item of items ? [items, ...prefixItems] : prefixItems) inner.push(["*", item]);
  return [
    ...anyOf.flatMap((form) => keysOf(form, path)),
    ...inner.flatMap(([key, value]) => [[...path, key].join("."), ...keysOf(value, [...path, key])]),
  ];
}

/** SHA-256 of the canonical JSON of a config in which the model's sizes are resolved, in hexadecimal. */
export async function trainingHash(config: TrainingConfig): Promise<string> {
  const text = canonicalJson({ ...config, model: modelConfigOf(config, "config") });
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex();
}

/** The first value in which two records differ, by its dotted path; null where there is none. */
export function firstDifference(
  before: unknown,
  now: unknown,
): { readonly path: string; readonly before: string; readonly now: string } | null {
  const [old, new_] = [flat(before), flat(now)];
  for (const path of new Set([...old.keys(), ...new_.keys()])) {
    const [was, is] = [old.get(path) ?? "nothing", new_.get(path) ?? "nothing"];
    if (was !== is) return { path, before: was, now: is };
  }
  return null;
}

function flat(value: unknown, path: readonly string[] = []): Map<string, string> {
  if (typeof value !== "object" || value === null) {
    return new Map([[path.join("."), canonicalJson(value) ?? "nothing"]]);
  }
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...flat(inner, [...path, key])]));
}
