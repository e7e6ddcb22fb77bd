#!/usr/bin/env python3
"""Test accuracy over training time: `improved --preset full` beside PyTorch with the same recipe, on the same cores, in one run.

    python crates/benches/accuracy_over_time.py --mnist FOLDER [--epochs 40] [--markdown docs/improved.md]

The recipe, for both: 784-1200-1200-10, ReLU, cross-entropy, He's starting weights, momentum 0.9, batches of 128, the rate from
0.05 to 0 on a cosine, one step an update; each picture distorted anew in each epoch: turned by up to 10 degrees, stretched by up
to 10 %, sheared by up to 0.15, shifted by up to 1.5 pixels, and displaced by a smooth field of 0.8 pixels root mean square,
drawn at 7 x 7 points. On the clock are the distortions and the updates; not loading, and not measuring on the test images,
which follows every epoch.

In PyTorch the pictures of an epoch are distorted 6,000 at a time by `affine_grid` and `grid_sample`, the weights are updated by
the `foreach` form of SGD, and matrix products are its own.
"""

import argparse
import importlib.util
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True  # no __pycache__ in the source tree
from frameworks import ROOT, environment, machine, put_between, render  # noqa: E402
from frameworks_peers import read_idx  # noqa: E402

GOALS = (0.98, 0.985, 0.99, 0.992, 0.993, 0.994)
PIXELS, SIDE = 784, 28
ETA, MU, BATCH, HIDDEN = 0.05, 0.9, 128, 1200


def train_with_pytorch(mnist, epochs, seed, threads):
    """(seconds, accuracy) after each epoch."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.set_num_threads(threads)
    torch.manual_seed(seed)

    def load(part):
        images = torch.frombuffer(bytearray(read_idx(mnist, f"{part}-images-idx3-ubyte")), dtype=torch.uint8)
        labels = torch.frombuffer(bytearray(read_idx(mnist, f"{part}-labels-idx1-ubyte")), dtype=torch.uint8)
        return images.view(-1, 1, SIDE, SIDE).float().div_(255), labels.long()

    (train, labels), (test, test_labels) = load("train"), load("t10k")
    model = nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 10))
    for layer in model[::2]:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=ETA, momentum=MU, foreach=True)
    steps = epochs * math.ceil(len(train) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5 * (1 + math.cos(math.pi * min(1, step / steps))))

    def even(*shape):
        return torch.rand(shape) * 2 - 1

    def distort(pictures):
        count = len(pictures)
        angle, width, height = even(count) * math.radians(10), 1 + 0.1 * even(count), 1 + 0.1 * even(count)
        lean, shift = 0.15 * even(count), even(count, 2) * 1.5 * 2 / SIDE
        sin, cos = angle.sin(), angle.cos()
        matrix = torch.stack([torch.stack([cos * width, (cos * lean - sin) * height, shift[:, 0]], 1),
                              torch.stack([sin * width, (sin * lean + cos) * height, shift[:, 1]], 1)], 1)
        grid = F.affine_grid(matrix, list(pictures.shape), align_corners=False)
        field = F.interpolate(torch.randn(count, 2, 7, 7), size=(SIDE, SIDE), mode="bicubic", align_corners=False)
        field *= 0.8 * 2 / SIDE / field.square().mean().sqrt()
        return F.grid_sample(pictures, grid + field.permute(0, 2, 3, 1), align_corners=False)

    points, seconds = [], 0.0
    for epoch in range(epochs):
        start = time.perf_counter()
        with torch.no_grad():
            pictures = torch.cat([distort(part) for part in train.split(6000)]).view(-1, PIXELS)
        for indices in torch.randperm(len(pictures)).split(BATCH):
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(model(pictures[indices]), labels[indices]).backward()
            optimizer.step()
            schedule.step()
        seconds += time.perf_counter() - start
        with torch.no_grad():
            accuracy = (model(test.view(-1, PIXELS)).argmax(1) == test_labels).float().mean().item()
        points.append((seconds, accuracy))
        print(f"PyTorch: epoch {epoch + 1} of {epochs}, {seconds:.0f} s, {percent(accuracy, 2)}", file=sys.stderr)
    return points


def train_with_ours(mnist, epochs, seed, threads):
    """The same by `improved`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "history.json"
        command = ["cargo", "run", "--release", "-q", "-p", "improved", "--", "--data", str(mnist), "--preset", "full",
                   "--epochs", str(epochs), "--seed", str(seed), "--measure-every", "1", "--json", str(file), "--quiet"]
        subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"RAYON_NUM_THREADS": str(threads)})
        found = json.loads(file.read_text(encoding="utf-8"))
    return [(time, record["test_accuracy"]) for time, record in zip(found["history_seconds"], found["history"])]


def first(points, goal):
    """The time of the first epoch after which the goal was reached."""
    return next((seconds for seconds, accuracy in points if accuracy >= goal), None)


def percent(share, digits):
    return f"{100 * share:.{digits}f} %"


def table(ours, theirs):
    cell = lambda seconds: "-" if seconds is None else f"{seconds:.0f} s"  # noqa: E731
    rows = []
    for goal in GOALS:
        times = first(ours, goal), first(theirs, goal)
        rows.append([percent(goal, 1), *map(cell, times), "-" if None in times else f"{times[1] / times[0]:.1f}"])
    ends = [f"{percent(points[-1][1], 2)} at {points[-1][0]:.0f} s" for points in (ours, theirs)]
    rows.append([f"after {len(ours)} epochs", *ends, f"{theirs[-1][0] / ours[-1][0]:.1f}"])
    return ["test accuracy", "ours", "PyTorch", "PyTorch / ours"], rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mnist", required=True, type=lambda p: Path(p).resolve(), help="the four IDX files, plain or .gz")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--markdown", type=Path, metavar="FILE",
                        help="a page whose text between <!-- over time --> and <!-- end of over time --> is replaced")
    args = parser.parse_args()
    os.environ.update(environment(args.threads))
    if not importlib.util.find_spec("torch"):
        sys.exit("PyTorch is not installed\nInstall it for this Python: python -m pip install torch")
    import torch

    subprocess.run(["cargo", "build", "--release", "-q", "-p", "improved"], cwd=ROOT, check=True)
    work = args.mnist, args.epochs, args.seed, args.threads
    ours, theirs = train_with_ours(*work), train_with_pytorch(*work)
    header, rows = table(ours, theirs)
    said = f"{machine(args.threads)}; PyTorch {torch.__version__}; seed {args.seed}, {args.epochs} epochs."
    print(render(header, rows, False), said, sep="\n\n")
    if args.markdown:
        put_between(args.markdown, "<!-- over time -->", "<!-- end of over time -->", f"{render(header, rows, True)}\n\n{said}")


if __name__ == "__main__":
    main()
