export { assertClose, assertTensor, relativeError } from "./compare.ts";
export { gpuTest, poison, testGpu } from "./gpu_test_case.ts";
export { TestRandom } from "./random.ts";
export { assertGradients, dot, finiteDifferences, gradientsOf } from "./gradient.ts";
