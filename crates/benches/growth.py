#!/usr/bin/env python3
"""How the cost of a training grows: time and memory against hidden units, batch size, images, layers and threads.

    cargo build --release -p gradient -p improved
    python crates/benches/growth.py --mnist FOLDER [--markdown docs/performance.md] [--figure docs/growth.svg]

Runs the programs as a user does, one process a row, some rounds in turn, and takes the median. The time of an image is that of the
updates alone, divided by the images seen; memory is the largest that the process had, data and test images included. Takes about two minutes.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # no __pycache__ in the source tree
from frameworks import processor  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = [32, 64, 128, 256, 512, 1024, 2048, 4096]
BATCHES = [1, 2, 5, 10, 32, 100, 320, 1000]
IMAGES = [100, 1_000, 10_000, 60_000]
DEEP = ["128", "128,128", "128,128,128", "128,128,128,128"]


def plan():
    """The rows of each table: title, head, and (cells, program, flags, images to be seen) a row."""
    def gradient(hidden=128, batch=10, images=1_000):
        return "gradient", {"--hidden": hidden, "--batch-size": batch, "--train-size": images, "--threads": 1}

    def improved(layers, threads, preset="plain", batch=32):
        return "improved", {"--preset": preset, "--hidden": layers, "--batch-size": batch, "--train-size": 5_000, "--threads": threads}

    wide = "1200,1200"
    return {
        "hidden units, batches of 1": ("hidden units", [(f"{h:,}", *gradient(h, 1), 4_000_000 // h) for h in HIDDEN]),
        "hidden units, batches of 10": ("hidden units", [(f"{h:,}", *gradient(h, 10), 6_000_000 // h) for h in HIDDEN]),
        "batch size": ("images in a batch", [(f"{b:,}", *gradient(batch=b), 100_000) for b in BATCHES]),
        "images": ("training images", [(f"{n:,}", *gradient(images=n), 120_000) for n in IMAGES]),
        "layers": ("hidden layers", [(layers, *improved(layers, 1), 20_000) for layers in DEEP]),
        "threads": ("hidden layers, threads", [(f"{wide}; {t}", *improved(wide, t, batch=128), 5_000) for t in (1, 2)]),
    }


def run(programs, data, program, flags, seen):
    """Microseconds an image, and the most memory in MB."""
    epochs = max(1, math.ceil(seen / flags["--train-size"]))
    command = [programs / program, "--data", data, "--epochs", epochs, "--test-size", 100, "--measure-every", epochs,
               "--quiet", "--json", "-", *(word for pair in flags.items() for word in pair)]
    child = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE)
    text = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {status}")
    result = json.loads(text)
    return 1e6 * result["train_seconds"] / (epochs * flags["--train-size"]), usage.ru_maxrss / 1024


def measure(args):
    """title -> (head, [(cell, median us an image, median MB)])."""
    tables, found = plan(), {}
    for r in range(args.rounds):
        for title, (_, rows) in tables.items():
            for cell, *what in rows:
                found.setdefault((title, cell), []).append(run(args.programs, args.mnist, *what))
        print(f"round {r + 1} of {args.rounds} done", file=sys.stderr)
    return {title: (head, [(cell, *map(statistics.median, zip(*found[title, cell]))) for cell, *_ in rows])
            for title, (head, rows) in tables.items()}


def number(value):
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def markdown(tables, rounds):
    text = [f"{processor(None)}; MNIST; medians of {rounds} rounds.\n"]
    for title, (head, rows) in tables.items():
        text += [f"**Against {title}**\n", f"| {head} | µs an image | most memory, MB |", "|---|---|---|"]
        text += [f"| {cell} | {number(time)} | {memory:.0f} |" for cell, time, memory in rows] + [""]
    return "\n".join(text)


STYLE = """svg{--ink:#1f2328;--faint:#59636e;--grid:#d1d9e0;--blue:#0b62a4;--orange:#b35900;--ground:#ffffff}
@media(prefers-color-scheme:dark){svg{--ink:#e6edf3;--faint:#9198a1;--grid:#3d444d;--blue:#6cb6ff;--orange:#f5a742;--ground:#151b23}}
text{font:12px system-ui,sans-serif;fill:var(--faint)}.name{fill:var(--ink)}.grid{stroke:var(--grid)}
.curve{fill:none;stroke-width:2}.blue{stroke:var(--blue)}.orange{stroke:var(--orange)}.ground{fill:var(--ground);stroke:var(--grid)}"""


def panel(left, head, curves):
    """One plot: both axes logarithmic, a curve a (name, class, dashes, [(x, us)])."""
    top, width, height = 40, 250, 220
    xs = [x for *_, points in curves for x, _ in points]
    ys = [y for *_, points in curves for _, y in points]
    low, high = 10 ** math.floor(math.log10(min(ys))), 10 ** math.ceil(math.log10(max(ys)))
    def place(x, y):
        across = math.log(x / min(xs)) / math.log(max(xs) / min(xs))
        return left + width * across, top + height * (1 - math.log(y / low) / math.log(high / low))
    parts = [f'<text class="name" x="{left}" y="{top - 16}">µs an image</text>']
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        _, y = place(min(xs), 10 ** power)
        parts.append(f'<line class="grid" x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}"/>'
                     f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{10 ** power:g}</text>')
    for x in sorted(set(xs))[::2] if len(set(xs)) > 6 else sorted(set(xs)):
        parts.append(f'<text x="{place(x, low)[0]:.1f}" y="{top + height + 18}" text-anchor="middle">{x:,}</text>')
    parts.append(f'<text x="{left + width / 2}" y="{top + height + 40}" text-anchor="middle">{head}</text>')
    for index, (name, colour, dashes, points) in enumerate(curves):
        line = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in points)
        y = top + 14 + 18 * index
        parts.append(f'<polyline class="curve {colour}" stroke-dasharray="{dashes}" points="{line}"/>'
                     f'<polyline class="curve {colour}" stroke-dasharray="{dashes}" points="{left + 8},{y} {left + 36},{y}"/>'
                     f'<text class="name" x="{left + 42}" y="{y + 4}">{name}</text>')
    return "".join(parts)


def figure(tables):
    def points(title):
        return [(int(cell.replace(",", "")), time) for cell, time, _ in tables[title][1]]
    hidden = panel(60, "hidden units", [("batches of 1", "blue", "", points("hidden units, batches of 1")),
                                        ("batches of 10", "orange", "7 4", points("hidden units, batches of 10"))])
    batch = panel(400, "images in a batch", [("128 hidden units", "blue", "", points("batch size"))])
    title = "Time of an image against hidden units, and against the size of the batch, on logarithmic scales"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 316" width="680" role="img" aria-label="{title}">'
            f'<title>{title}</title><style>{STYLE}</style><rect class="ground" x=".5" y=".5" width="679" height="315" rx="8"/>'
            f"{hidden}{batch}</svg>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mnist", required=True, type=lambda p: Path(p).resolve(), help="the four IDX files, plain or .gz")
    parser.add_argument("--programs", type=Path, default=ROOT / "target/release", help="where the built programs are")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="a page whose tables of growth are replaced")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="where to draw two of them as SVG")
    args = parser.parse_args()
    tables = measure(args)
    text = markdown(tables, args.rounds)
    print(text)
    if args.markdown:
        begin, end = "<!-- growth -->", "<!-- end of growth -->"
        old = args.markdown.read_text(encoding="utf-8")
        if begin not in old or end not in old:
            sys.exit(f"{args.markdown}: expected the lines {begin} and {end}, found none")
        new = old[:old.index(begin) + len(begin)] + f"\n\n{text}\n" + old[old.index(end):]
        args.markdown.write_text(new, encoding="utf-8")
    if args.figure:
        args.figure.write_text(figure(tables), encoding="utf-8")


if __name__ == "__main__":
    main()
