#!/usr/bin/env python3
"""Times the installed frameworks and our Rust on the same work, in the same run, interleaved.

    python crates/benches/frameworks.py --mnist FOLDER [--threads 2] [--markdown FILE] [--json FILE]

Peers: numpy, PyTorch (in place, and autograd), JAX, scikit-learn, pandas, polars; those that can be imported take part. And, where
there is a gcc, `sparse.c`: plain C that skips pixels that are zero, compiled with -O2 and with -O3; and `libxsmm.c`, with a
libxsmm.
A full run takes about five minutes; `--rounds 2 --accuracy-rounds 1` gives a first look in two.

The network is 784-H-10 with sigmoid hidden and output units, C = 1/2 |o - t|^2, the gradient averaged over the batch, f32,
v = mu v + g, parameter -= eta v. Pixels are 0..1. Starting weights: normal with deviation 1/sqrt(inputs of the unit), biases 0.

    W1   train on the first 1,000 images in the file's order, batch 1, H 128, eta 0.1            seconds per update
    W1b  the same, H 784                                                                         seconds per update
    W2   train on 60,000 images, batch 32, H 128, eta 1.0, shuffled anew (in the time)           seconds per epoch
    W3   classify the 10,000 test images (the index of the largest output), H 128                seconds per pass
    W4   read mnist_train.csv: 60,000 rows into f32 pixels 0..1 and labels                       seconds per file
    W5   train on the first 1,000 images in order, batch 10, momentum 0.9, H 128, eta 0.05       seconds per update
    W6   the three products of a dense layer, 1,200 x 1,200, for 128 images: W x + b, Wᵀ d, W -= eta d xᵀ  seconds per update
    T85  train on the first 1,000 images, shuffled, batch 10, H 128, eta 1.0, to 85 % on the test images
    T97  train on 60,000 images, shuffled, batch 32, H 128, eta 2.0, to 97 % on the test images

Only training is on the clock: not loading, compiling, or evaluating. Every peer holds all its data in memory in the form it
likes best before the clock starts. scikit-learn's classifier knows only softmax outputs with log-loss (and the etas of the
table below, made for that loss): nearly the same arithmetic, not the same function.

Protocol, for `--ours COMMAND` and for the peers (`frameworks_peers.py`) alike. The driver starts

    COMMAND --mnist FOLDER --csv FILE --threads N [--instructions LEVEL]

bound to N cores (where the system can), and then talks in lines over stdin and stdout (stderr is free):

    <-  {"ready": true, "versions": {"rustc": "1.90.0"}}          one line, once all that is needed is loaded
    ->  W1 0.3                                                    a work and the least seconds to measure
    <-  {"work": "W1", "seconds_per_unit": 3.2e-6, "units": 94000}
    ->  accuracy W2 1                                             a training work (W1 W1b W2 W5 T85 T97) and a seed
    <-  {"work": "W2", "seconds": 0.2, "accuracy": 0.92, "epochs": 1}

`WORK SECONDS` is one burst: fresh weights (not timed); one untimed pass to warm up, for W2 and W4 only in the worker's first
burst of that work; then whole passes on the clock until SECONDS have gone by, at least one. `units` counts the updates
(W1, W1b, W5, W6), epochs (W2), passes (W3) or files (W4) on the clock. A reply to W4 may add "rows", "labels_sum" and "pixels_sum"
(the sum of the values 0..255), made off the clock: the driver compares them. `accuracy WORK SEED` trains fresh weights from
SEED: a W work for one epoch, a T work until the goal is reached, the test accuracy measured off the clock after every epoch.
A work that a worker cannot do is answered {"work": ..., "unsupported": "reason"} (an empty reason is not printed). At the end
of stdin the worker ends.
"""

import argparse
import importlib.util
import json
import os
import platform
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.dont_write_bytecode = True  # no __pycache__ in the source tree
from frameworks_peers import MODULES, PEERS, TRAININGS, WORKS, read_idx  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
# The peers in C: source, flags of the compiler, libraries. Which flags are better depends on the work and the version.
O2 = ["-O2", "-ftree-vectorize", "-ffast-math"]
IN_C = {"sparse C -O2": ("sparse.c", O2, []), "sparse C -O3": ("sparse.c", ["-O3", "-ffast-math"], []),
        "libxsmm": ("libxsmm.c", [*O2, "-fopenmp"], ["-lxsmm", "-lxsmmnoblas", "-lpthread", "-ldl", "-lrt"])}
# JAX's matrix products take AVX-512 where the processor has it, whatever flag or variable tells them not to.
CANNOT_BE_HELD = ["JAX"]
OURS = "cargo run --release -q -p benches --bin worker --"


class Worker:
    """A process that talks the protocol; once it has died, every work is unsupported."""

    def __init__(self, name, command, threads, environment):
        self.name, self.failure, bind = name, None, None
        if hasattr(os, "sched_setaffinity"):  # binds thread pools that know no other limit, XLA's among them
            cores = sorted(os.sched_getaffinity(0))[-threads:]
            bind = lambda: os.sched_setaffinity(0, cores)  # noqa: E731
        try:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
                                            env=environment, preexec_fn=bind)
            self.versions = self.reply().get("versions", {})
        except (OSError, ValueError) as error:
            self.failure, self.versions = str(error), {}

    def reply(self):
        """The next line of JSON; a worker silent for ten minutes is ended."""
        timer = threading.Timer(600, self.process.kill)
        timer.start()
        try:
            for line in self.process.stdout:
                if line.startswith("{"):
                    return json.loads(line)
            self.failure = f"the worker ended with code {self.process.wait()}"
            return {"unsupported": self.failure}
        finally:
            timer.cancel()

    def ask(self, line):
        if not self.failure:
            try:
                self.process.stdin.write(line + "\n")
                self.process.stdin.flush()
                return self.reply()
            except (OSError, ValueError) as error:
                self.failure = str(error)
        return {"unsupported": self.failure}

    def end(self):
        if not self.failure:
            self.process.stdin.close()
            self.process.wait(timeout=60)


def environment(threads, instructions):
    """Limits of threads and instructions, set before any library is loaded; and no GPU."""
    limits = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
                            "VECLIB_MAXIMUM_THREADS", "POLARS_MAX_THREADS"), str(threads))
    xla = ["--xla_cpu_multi_thread_eigen=false", "intra_op_parallelism_threads=1"] if threads == 1 else []
    if instructions == "avx2":
        xla.append("--xla_cpu_max_isa=AVX2")
        limits |= {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2",
                   "OPENBLAS_CORETYPE": "Haswell", "LIBXSMM_TARGET": "hsw"}
    if xla:
        limits["XLA_FLAGS"] = " ".join(xla)
    if threads > 1:  # numpy's and scipy's OpenBLAS each have their threads, which otherwise spin in each other's way
        limits["OPENBLAS_THREAD_TIMEOUT"] = "4"
    return os.environ | limits | {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}


def write_csv(mnist, file):
    images, labels = read_idx(mnist, "train-images-idx3-ubyte"), read_idx(mnist, "train-labels-idx1-ubyte")
    text = [str(value) for value in range(256)]
    with open(file, "w") as out:
        for i, label in enumerate(labels):
            out.write(",".join([text[label], *map(text.__getitem__, images[784 * i:784 * (i + 1)])]) + "\n")


def compiled(name, folder, instructions):
    """The command of a peer in C, compiled into a folder; none without a compiler or a library."""
    source, flags, libraries = IN_C[name]
    program, source = Path(folder) / name.replace(" ", ""), Path(__file__).resolve().parent / source
    machine = ["-mavx2", "-mfma"] if instructions == "avx2" else ["-march=native"]
    command = ["gcc", *flags, *machine, source, *libraries, "-lm", "-o", program]
    is_there = shutil.which("gcc") and subprocess.run(command, capture_output=name == "libxsmm").returncode == 0
    return [str(program)] if is_there else None


def start_workers(args, csv, folder):
    names = [name for name, peer in PEERS.items() if importlib.util.find_spec(MODULES.get(peer.packages[0], peer.packages[0]))
             and (name in args.peers if args.peers else args.slow or not peer.slow)
             and not (args.instructions and (name in CANNOT_BE_HELD or peer.bits < 32))]
    common = ["--mnist", str(args.mnist), "--csv", str(csv), "--threads", str(args.threads)]
    limits, ours = environment(args.threads, args.instructions), shlex.split(args.ours)
    if ours[:2] == ["cargo", "run"] and shutil.which("cargo"):  # build on all cores first; the run is then bound
        subprocess.run(["cargo", "build", *[word for word in ours[2:] if word != "--"]], cwd=ROOT)
    level = ["--instructions", args.instructions] if args.instructions else []
    workers = [Worker("ours", ours + common + level, args.threads, limits)]
    me = [sys.executable, str(Path(__file__).resolve().parent / "frameworks_peers.py"), *common]
    for name in IN_C:
        if (not args.peers or name in args.peers) and (program := compiled(name, folder, args.instructions)):
            workers.append(Worker(name, program + common, args.threads, limits))
    for name in names:
        print(f"starting {name}", file=sys.stderr)
        workers.append(Worker(name, [*me, "--worker", name], args.threads, limits))
    return workers


def interleave(workers, works, rounds, line, replies):
    """Every work by every worker in turn, `rounds` times, starting with another worker each time."""
    for r in range(rounds):
        for work in works:
            for worker in workers[r % len(workers):] + workers[:r % len(workers)]:
                given = replies.setdefault(work, {}).setdefault(worker.name, [])
                if not (given and "unsupported" in given[0]):
                    given.append(worker.ask(line(work, r)))
        print(f"round {r + 1} of {rounds} done", file=sys.stderr)


def summarize(replies, key):
    """work -> worker -> median, min, max, rounds, and the ratio to ours: of the medians, and the median of the rounds'."""
    table = {}
    for work, by_worker in replies.items():
        rounds = {name: [reply[key] for reply in given] for name, given in by_worker.items()
                  if given and all(key in reply for reply in given)}
        ours = rounds.get("ours")
        table[work] = {name: {
            "median": statistics.median(v), "min": min(v), "max": max(v), "rounds": v,
            "ratio": statistics.median(v) / statistics.median(ours) if ours else None,
            "ratio_by_rounds": statistics.median(a / b for a, b in zip(v, ours)) if ours else None,
        } for name, v in rounds.items()}
    return table


def seconds(value):
    scale, unit = next((s, u) for s, u in ((1, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")) if value >= s or u == "ns")
    return f"{value / scale:.3g} {unit}" if value < 1000 else f"{value:.0f} s"


def tables(summary, checks, workers):
    """(title, header, rows) of each table."""
    main, spread, check = [], [], []
    for work, by_name in summary.items():
        # A peer that computes with fewer bits is shown, but not the one to beat.
        peers = sorted((name for name in by_name if name != "ours"),
                       key=lambda name: (name in PEERS and PEERS[name].bits < 32, by_name[name]["median"]))
        cell = {name: seconds(s["median"]) for name, s in by_name.items()}
        best = by_name[peers[0]] if peers else {}
        main.append([work, *WORKS[work], cell.get("ours", "-"), f"{peers[0]} {cell[peers[0]]}" if peers else "-",
                     f"{best['ratio']:.1f}" if best.get("ratio") else "-",
                     f"{best['ratio_by_rounds']:.1f}" if best.get("ratio") else "-",
                     ", ".join(f"{name} {cell[name]}" for name in peers[1:])])
        for name, s in by_name.items():
            ratios = (f"{s[key]:.2f}" if s[key] else "-" for key in ("ratio", "ratio_by_rounds"))
            spread.append([work, name, cell[name], f"{seconds(s['min'])} - {seconds(s['max'])}", *ratios])
    for worker in workers:
        given = {work: replies.get(worker.name, [{}]) for work, replies in checks.items()}
        row = [f"{statistics.mean(r['accuracy'] for r in g):.1%}"
               + (f" ({', '.join(str(r['epochs']) for r in g)})" if work[0] == "T" else "")
               if g and all("accuracy" in r for r in g) else "-" for work, g in given.items()]
        if set(row) != {"-"}:
            check.append([worker.name, *row])
    return [
        ("Time per unit of work, medians; ratio = best peer / ours", ["work", "what", "unit", "ours", "best peer", "ratio",
         "by rounds", "other peers"], main),
        ("Spread over the rounds; ratio = this / ours", ["work", "who", "median", "min - max", "ratio", "by rounds"], spread),
        ("Test accuracy after one epoch (T: when the goal was reached, with the epochs of each seed)",
         ["who", *checks], check),
    ]


def render(header, rows, markdown):
    if markdown:
        return "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows])
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths)] for row in [header, ["-" * w for w in widths], *rows]]
    return "\n".join("  ".join(line).rstrip() for line in lines)


def processor(instructions):
    """What it is called, as exactly as the system knows, and which of its instructions are in use."""
    cpu, info = platform.processor() or platform.machine(), Path("/proc/cpuinfo")
    if info.exists():
        fields = dict(line.split(":", 1) for line in info.read_text().splitlines() if ":" in line)
        fields = {key.strip(): value.strip() for key, value in fields.items()}
        cpu = fields.get("model name", cpu)
        cpu += " (family {cpu family}, model {model})".format_map(fields) if "cpu family" in fields else ""
        cpu += "".join(f", {name}" for name in ("avx2", "avx512f") if name in fields.get("flags", "").split())
    return f"{cpu}, held to {instructions}" if instructions else cpu


def machine(threads, instructions):
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        system = platform.platform(terse=True)
    system += f" on {platform.machine()}, Python {platform.python_version()}"
    return f"{processor(instructions)}; {os.cpu_count()} cores, {threads} used; {system}"


def notes(replies, versions, instructions):
    """What could not be done, and whether the CSV readers and accuracies agree."""
    lines = [f"Versions: {', '.join(f'{k} {v}' for k, v in sorted(versions.items()))}."]
    reasons = {}
    for work, by_name in replies.items():
        for name, given in by_name.items():
            for reason in {reply["unsupported"] for reply in given if reply.get("unsupported")}:
                reasons.setdefault((name, reason), []).append(work)
    lines += [f"{name} is missing in {', '.join(works)}: {reason}." for (name, reason), works in reasons.items()]
    sums = {name: [g[0].get(k) for k in ("rows", "labels_sum", "pixels_sum")]
            for name, g in replies.get("W4", {}).items() if g and g[0].get("rows")}
    if sums:
        same = len({tuple(s) for s in sums.values()}) == 1
        lines.append(f"W4: rows, sum of labels and sum of pixels {'are the same for' if same else 'DIFFER:'} "
                     + (", ".join(sums) if same else str(sums)) + ".")
    low = [name for name, g in replies.get("accuracy W2", {}).items() if any(r.get("accuracy", 1) < 0.85 for r in g)]
    lines += [f"WRONG: {name} is below 85 % after one epoch of W2." for name in low]
    if instructions:
        lines.append(f"Left out, since no flag holds their products to {instructions}: {', '.join(CANNOT_BE_HELD)}.")
    if "scikit-learn" in versions:
        lines.append("scikit-learn trains softmax outputs with log-loss, at learning rates of its own.")
    return lines


def put_section(page, threads, instructions, text):
    """Replaces the section of this processor and number of threads in a page, or adds it; the others stay."""
    name = f"{processor(instructions)}, {threads} {'core' if threads == 1 else 'cores'}"
    begin, end, rest = f"<!-- measured on {name} -->", f"<!-- end of {name} -->", "<!-- other machines are added here -->"
    old = page.read_text(encoding="utf-8")
    section = f"{begin}\n\n### {name}\n\n{text}\n\n{end}"
    if begin in old and end in old:
        new = old[:old.index(begin)] + section + old[old.index(end) + len(end):]
    elif rest in old:
        new = old.replace(rest, f"{section}\n\n{rest}")
    else:
        sys.exit(f"{page}: expected the line {rest}, found none")
    page.write_text(new, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mnist", required=True, type=lambda p: Path(p).resolve(), help="the four IDX files, plain or .gz")
    parser.add_argument("--csv", type=lambda p: Path(p).resolve(), help="mnist_train.csv (default: made from --mnist)")
    parser.add_argument("--ours", default=OURS, metavar="COMMAND", help=f"our worker (default: {OURS})")
    parser.add_argument("--instructions", choices=["avx2"], help="hold everybody to AVX2 on a processor that has more")
    parser.add_argument("--threads", type=int, choices=(1, 2), default=1)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=0.3, help="least seconds of a burst (default 0.3)")
    parser.add_argument("--accuracy-rounds", type=int, default=3, help="seeds of T85 and T97 (default 3; 0 leaves them out)")
    parser.add_argument("--works", default=",".join(WORKS), help="comma-separated, default all")
    parser.add_argument("--peers", type=lambda names: names.split(","), help=f"some of {', '.join([*IN_C, *PEERS])}")
    parser.add_argument("--slow", action="store_true", help="PyTorch compiled (torch.compile) too")
    parser.add_argument("--markdown", type=Path, metavar="FILE",
                        help="a page in which the section of this processor is replaced, or added")
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args()
    works = args.works.split(",")
    if unknown := set(works) - set(WORKS):
        parser.error(f"no such work: {', '.join(unknown)}; there are {', '.join(WORKS)}")
    with tempfile.TemporaryDirectory() as folder:
        csv = args.csv or Path(folder) / "mnist_train.csv"
        if "W4" in works and not args.csv:
            write_csv(args.mnist, csv)
        workers = start_workers(args, csv, folder)
        checks, bursts, goals = {}, {}, {}
        interleave(workers, [w for w in works if w in TRAININGS and w[0] == "W"], 1, lambda w, r: f"accuracy {w} 1", checks)
        interleave(workers, [w for w in works if w[0] == "W"], args.rounds, lambda w, r: f"{w} {args.seconds}", bursts)
        interleave(workers, [w for w in works if w[0] == "T"], args.accuracy_rounds, lambda w, r: f"accuracy {w} {r + 1}", goals)
        for worker in workers:
            worker.end()

    summary = summarize(bursts, "seconds_per_unit") | summarize(goals, "seconds")
    versions = {k: v for worker in workers for k, v in worker.versions.items()}
    said = [machine(args.threads, args.instructions) + ".",
            f"{args.rounds} rounds of bursts of at least {args.seconds} s, {args.accuracy_rounds} seeds of each T, f32."]
    said += notes(bursts | goals | {f"accuracy {work}": r for work, r in checks.items()}, versions, args.instructions)
    parts = tables(summary, checks | goals, workers)
    print("\n\n".join([f"{title}\n\n{render(header, rows, False)}" for title, header, rows in parts] + ["\n".join(said)]))
    if args.markdown:
        text = "\n\n".join([f"{t}:\n\n{render(h, r, True)}" for t, h, r in parts] + ["\n".join(f"- {s}" for s in said)])
        put_section(args.markdown, args.threads, args.instructions, text)
    if args.json:
        args.json.write_text(json.dumps({"machine": machine(args.threads, args.instructions), "threads": args.threads, "versions": versions,
                                         "rounds": args.rounds, "works": summary, "checks": checks, "goals": goals,
                                         "notes": said}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
