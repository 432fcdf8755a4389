export { type AdapterDescription, type Features, type Limits } from "./adapter.ts";
export { type BackendName } from "./backend.ts";
export { formatBytes, GpuError, type GpuFailure } from "./errors.ts";
export { Gpu, type Workgroups } from "./gpu.ts";
export { type Binding, type Kernel, kernel, type ParamType, read, variants, write } from "./kernel.ts";
export { type BytesByTag, Ledger, type Tag } from "./ledger.ts";
export { openGpu, probe } from "./open.ts";
export { Scope } from "./scope.ts";
export { type GradientTarget, recomputed, Tape } from "./tape.ts";
export {
  asColumns,
  byteLength,
  type Columns,
  columns,
  describe,
  type ElementType,
  expectShape,
  freshId,
  type IntegerTensor,
  part,
  reshape,
  rows,
  size,
  slice,
  type Tensor,
  width,
} from "./tensor.ts";
export { joined, numbered, reduceWorkgroup, unroll, unroll2 } from "./wgsl.ts";
