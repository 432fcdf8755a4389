"""Times PyTorch on the shapes that `deno task bench:kernels` names, in float32 without tf32: the peer in the same run.

Development only; needs a CUDA build of PyTorch. Prints a line a shape: name, median milliseconds of 10, rate.
"""

import statistics

import torch

torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
torch.set_grad_enabled(False)


def milliseconds(work, repeats):
    for _ in range(3):
        work()
    torch.cuda.synchronize()
    samples = []
    for _ in range(10):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        for _ in range(repeats):
            work()
        end.record()
        torch.cuda.synchronize()
        samples.append(start.elapsed_time(end) / repeats)
    return statistics.median(samples)


def matmul(m, k, n, repeats):
    a, b = torch.randn(m, k, device="cuda"), torch.randn(k, n, device="cuda")
    ms = milliseconds(lambda: a @ b, repeats)
    print(f"cuBLAS matmul {m}x{k}x{n}\t{ms:.4f} ms\t{2e-9 * m * k * n / ms:.2f} TFLOP/s", flush=True)


def attention(t, heads, width, repeats):
    q, k, v = (torch.randn(1, heads, t, width, device="cuda") for _ in range(3))
    ms = milliseconds(lambda: torch.nn.functional.scaled_dot_product_attention(q, k, v), repeats)
    print(f"SDPA {heads}x{width} T={t}\t{ms:.3f} ms\t{4e-9 * t * t * heads * width / ms:.2f} TFLOP/s", flush=True)


def copy(bytes_, repeats):
    a = torch.randn(bytes_ // 4, device="cuda")
    b = torch.empty_like(a)
    ms = milliseconds(lambda: b.copy_(a), repeats)
    print(f"copy {bytes_} bytes\t{ms:.4f} ms\t{2e-6 * bytes_ / ms:.0f} GB/s", flush=True)


print(torch.cuda.get_device_name(), "torch", torch.__version__)
matmul(4096, 4096, 4096, 20)
matmul(8192, 1024, 256, 200)
matmul(8192, 256, 1024, 200)
matmul(2048, 256, 256, 500)
attention(7500, 4, 64, 20)
attention(45000, 4, 64, 2)
copy(1 << 30, 20)
