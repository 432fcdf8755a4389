/**
 * The part that all reports have in common: which command ran on which machine. Its fields are spread into the
 * environment of each report's own schema.
 */
import { z } from "zod";

/** Building blocks of the schemas. Zod's numbers reject NaN and the infinities, which JSON cannot hold. */
export const count: z.ZodInt = z.int().min(0);
export const positiveInt: z.ZodInt = z.int().min(1);
export const positive: z.ZodNumber = z.number().positive();
export const nonNegative: z.ZodNumber = z.number().min(0);
export const text: z.ZodString = z.string().min(1);

/** Zod's types of `machineFields`. */
export interface MachineFields {
  readonly command: z.ZodString;
  readonly git_commit: z.ZodNullable<z.ZodString>;
  readonly git_dirty: z.ZodNullable<z.ZodBoolean>;
  readonly started_at: z.ZodISODateTime;
  readonly adapter: z.ZodObject<{
    readonly vendor: z.ZodString;
    readonly architecture: z.ZodString;
    readonly device: z.ZodString;
    readonly description: z.ZodString;
    readonly backend: z.ZodEnum<{ readonly deno: "deno"; readonly dawn: "dawn" }>;
    readonly is_software: z.ZodBoolean;
  }, z.core.$strict>;
  readonly limits: z.ZodRecord<z.ZodString, z.ZodNumber>;
  readonly features: z.ZodArray<z.ZodString>;
  readonly driver: z.ZodNullable<z.ZodString>;
  readonly os: z.ZodString;
  readonly cpu: z.ZodString;
  readonly cpu_cores: z.ZodInt;
  readonly memory_bytes: z.ZodInt;
  readonly deno: z.ZodString;
  readonly v8: z.ZodString;
  readonly packages: z.ZodRecord<z.ZodString, z.ZodString>;
}

/** Command, checkout, adapter and machine. */
export const machineFields: MachineFields = {
  command: text,
  git_commit: z.string().regex(/^[0-9a-f]{40}$/).nullable(),
  git_dirty: z.boolean().nullable(),
  started_at: z.iso.datetime(),
  adapter: z.strictObject({
    vendor: z.string(),
    architecture: z.string(),
    device: z.string(),
    description: z.string(),
    backend: z.enum(["deno", "dawn"]),
    is_software: z.boolean(),
  }),
  limits: z.record(text, nonNegative),
  features: z.array(text),
  driver: text.nullable(),
  os: text,
  cpu: text,
  cpu_cores: positiveInt,
  memory_bytes: positiveInt,
  deno: text,
  v8: text,
  packages: z.record(text, text),
};

/** What every report says of command and machine. */
export type MachineEnvironment = { -readonly [Key in keyof MachineFields]: z.infer<MachineFields[Key]> };

/** The same of a program that may have used no adapter. */
export type HostEnvironment = Omit<MachineEnvironment, "adapter"> & {
  readonly adapter: MachineEnvironment["adapter"] | null;
};
