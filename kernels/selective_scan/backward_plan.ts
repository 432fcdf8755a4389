import type { Gpu } from "../gpu/mod.ts";

/** How the backward of one scan is cut up. */
export interface BackwardPlan {
  /** Steps a chunk, a multiple of the forward's tile; at least the sequence's length means no chunks and no carry. */
  readonly chunk: number;
  /** Channels of a workgroup that makes gradients, a multiple of 8: it sums over them an eighth as many steps at once. */
  readonly channels: number;
  /** Steps whose states and decays lie in registers at once; divides the forward's tile. */
  readonly sub: number;
  /** Invocations of a workgroup of the adjoints' pass, one channel each. */
  readonly threads: number;
  /** How many groups of chunks the carry pass takes side by side. */
  readonly segments: number;
}

/** Steps up to which one pass is taken for cheaper than two more dispatches and shorter walks. */
const SHORT = 320;
/** Workgroups that keep a large GPU busy; chunks need not be shorter than for that. */
const FILLED = 1024;
const LONGEST = 128;
const MOST_INVOCATIONS = 256;

/** Bytes of workgroup memory that the gradients' pass takes: see `gradientKernel`. */
export function workgroupBytes(channels: number, quads: number, tile: number): number {
  const steps = channels / 8;
  const staged = tile * (12 * channels + 32 * quads);
  return staged + 32 * steps * quads * (channels + 1) + 12 * steps * quads * channels;
}

/**
 * Chunks just short enough to fill the GPU, whole `tile`s (a multiple of 4) of the forward, and the widest workgroups that
 * the adapter's memory holds.
 */
export function backwardPlan(
  gpu: Gpu,
  batch: number,
  length: number,
  channels: number,
  states: number,
  tile: number,
): BackwardPlan {
  const { maxComputeWorkgroupStorageSize: memory, maxComputeInvocationsPerWorkgroup } = gpu.limits;
  const quads = states / 4;
  const most = Math.min(MOST_INVOCATIONS, maxComputeInvocationsPerWorkgroup);
  const fits = (wide: number): boolean => wide * quads <= most && workgroupBytes(wide, quads, tile) <= memory;
  const wide = [32, 16].find(fits) ?? 8;
  const groups = batch * Math.ceil(channels / wide);
  const filling = Math.min(LONGEST, length * groups / FILLED);
  const chunk = Math.max(1, Math.ceil(filling / tile)) * tile;
  const once = gpu.adapter.isSoftware || length <= SHORT || groups >= 2 * FILLED;
  return {
    chunk: once ? Math.max(1, length) : chunk,
    channels: wide,
    sub: 4,
    threads: channels >= 128 && !gpu.adapter.isSoftware ? 128 : 64,
    segments: length >= 128 * chunk ? 16 : 4,
  };
}
