#!/usr/bin/env python3
"""The works, and each framework's way of doing them, as well as its experts would: the worker behind `frameworks.py`.

`frameworks.py` starts one process per peer, `frameworks_peers.py --worker NAME ...`, and says what the works are and how the
two talk. A new peer is a class here and a line in PEERS.
"""

import argparse
import gzip
import importlib.metadata
import importlib.util
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Training:
    images: int
    batch: int
    hidden: int
    eta: float
    mu: float = 0.0
    shuffled: bool = False
    goal: float | None = None
    sklearn_eta: float = 0.1


TRAININGS = {
    "W1": Training(1_000, 1, 128, 0.1, sklearn_eta=0.02),
    "W1b": Training(1_000, 1, 784, 0.1, sklearn_eta=0.02),
    "W2": Training(60_000, 32, 128, 1.0, shuffled=True, sklearn_eta=0.2),
    "W5": Training(1_000, 10, 128, 0.05, mu=0.9, sklearn_eta=0.01),
    "T85": Training(1_000, 10, 128, 1.0, shuffled=True, goal=0.85, sklearn_eta=0.2),
    "T97": Training(60_000, 32, 128, 2.0, shuffled=True, goal=0.97, sklearn_eta=0.5),
}
WORKS = {  # work: (what, unit)
    "W1": ("1,000 images, batch 1, H 128", "update"),
    "W1b": ("1,000 images, batch 1, H 784", "update"),
    "W2": ("60,000 images, batch 32, H 128", "epoch"),
    "W3": ("classify 10,000 images, H 128", "pass"),
    "W4": ("read mnist_train.csv, 60,000 rows", "file"),
    "W5": ("1,000 images, batch 10, momentum 0.9, H 128", "update"),
    "W6": ("dense layer 1,200 x 1,200, 128 images", "update"),
    "T85": ("1,000 images, batch 10: to 85 %", "training"),
    "T97": ("60,000 images, batch 32: to 97 %", "training"),
}
MOST_EPOCHS = 60


def read_idx(folder, name):
    """The bytes of an IDX file after its header: plain or .gz, `x-idx3` or `x.idx3`."""
    for spelling in (name, name.replace("-idx", ".idx")):
        for path, opened in ((spelling, open), (spelling + ".gz", gzip.open)):
            if (file := Path(folder) / path).exists():
                with opened(file, "rb") as stream:
                    data = stream.read()
                return data[4 + 4 * data[3]:]
    sys.exit(f"{folder} has no {name} (plain or .gz)")


class Peer:
    """One framework: answers the lines of the protocol."""

    packages: tuple[str, ...] = ()  # the first decides whether the peer takes part
    bits = 32  # of its numbers
    slow = False  # takes part only with --slow

    def __init__(self, args):
        self.args, self.warm = args, set()

    def answer(self, line):
        words = line.split()
        work = words[1] if words[0] == "accuracy" else words[0]
        try:
            if words[0] == "accuracy":
                return {"work": work} | self.accuracy(work, int(words[2]))
            one_pass, units, more = self.prepare(work)
            if work not in self.warm or work not in ("W2", "W4"):
                one_pass()
                self.warm.add(work)
            passes, start = 0, time.perf_counter()
            while passes == 0 or seconds < float(words[1]):
                one_pass()
                passes, seconds = passes + 1, time.perf_counter() - start
            return {"work": work, "seconds_per_unit": seconds / passes / units, "units": passes * units} | more()
        except NotImplementedError as reason:
            return {"work": work, "unsupported": str(reason)}
        except Exception as error:  # a peer that fails must not stop the others
            return {"work": work, "unsupported": f"{type(error).__name__}: {str(error)[:200]}"}

    def prepare(self, work):
        """A function that does one pass of the work, the units in it, and one that says more about the result."""
        if work != "W4":
            raise NotImplementedError("")
        result = []

        def one_pass():
            result.clear()
            result.extend(self.read_csv(self.args.csv, header=not open(self.args.csv, "rb").read(1).isdigit()))

        def more():
            import numpy as np
            pixels, labels = result
            assert pixels.dtype == np.float32 and pixels.shape == (len(labels), 784)
            return {"rows": len(labels), "labels_sum": int(labels.sum(dtype=int)),
                    "pixels_sum": int(np.rint(pixels * 255).sum(dtype=float))}
        return one_pass, 1, more

    def read_csv(self, file, header):
        raise NotImplementedError("")

    def accuracy(self, work, seed):
        raise NotImplementedError("")


class Pandas(Peer):
    packages = ("pandas", "numpy")

    def read_csv(self, file, header):
        import numpy as np
        import pandas
        table = pandas.read_csv(file, header=None, skiprows=int(header), dtype=np.uint8, engine="c").to_numpy()
        return scaled(table)


class Polars(Peer):
    packages = ("polars", "numpy")

    def read_csv(self, file, header):
        import polars
        schema = {f"c{i}": polars.UInt8 for i in range(785)}
        return scaled(polars.read_csv(file, has_header=header, schema=schema).to_numpy(order="c"))


def scaled(table):
    """Pixels 0..1 and labels of a uint8 table."""
    pixels = table[:, 1:].astype("float32")
    pixels /= 255
    return pixels, table[:, 0].copy()


class NetworkPeer(Peer):
    """A framework that trains: needs start, epoch and classify."""

    openblas = False  # computes with OpenBLAS, whose threads pay only for the large products of W3 and W6

    def __init__(self, args):
        super().__init__(args)
        import numpy as np
        self.np = np

        def images(name):
            return np.frombuffer(read_idx(args.mnist, name), np.uint8).reshape(-1, 784).astype(np.float32) / np.float32(255)

        self.x, self.x_test = images("train-images-idx3-ubyte"), images("t10k-images-idx3-ubyte")
        self.labels, self.labels_test = (np.frombuffer(read_idx(args.mnist, f"{name}-labels-idx1-ubyte"), np.uint8)
                                         for name in ("train", "t10k"))
        self.t = np.eye(10, dtype=np.float32)[self.labels]
        self.load()

    def load(self):
        """Brings the data into the framework's own form."""

    def start(self, spec, seed):
        """A fresh network with what it needs to train."""
        raise NotImplementedError

    def epoch(self, net, spec, order):
        """One pass over the first `spec.images` images, in this order (None: the file's)."""
        raise NotImplementedError

    def classify(self, net):
        """The classes of the test images."""
        raise NotImplementedError

    def dense(self, w, b, x, d):
        """A function that makes the three products of a dense layer: x Wᵀ + b, d W, and W -= 1e-9 dᵀ x."""
        raise NotImplementedError("")

    def initial(self, hidden, seed):
        """W1 784 x H, b1, W2 10 x H, b2."""
        np, random = self.np, self.np.random.default_rng(seed)
        w1 = (random.standard_normal((784, hidden)) / 784**0.5).astype(np.float32)
        w2 = (random.standard_normal((10, hidden)) / hidden**0.5).astype(np.float32)
        return w1, np.zeros(hidden, np.float32), w2, np.zeros(10, np.float32)

    def limit(self, work):
        """More than one thread only where it pays."""
        if self.openblas and self.args.threads > 1 and importlib.util.find_spec("threadpoolctl"):
            from threadpoolctl import threadpool_limits
            threadpool_limits(self.args.threads if work in ("W3", "W6") else 1, "blas")

    def trainer(self, work, seed):
        spec, random = TRAININGS[work], self.np.random.default_rng(1000 + seed)
        net = self.start(spec, seed)
        return spec, net, lambda: self.epoch(net, spec, random.permutation(spec.images) if spec.shuffled else None)

    def prepare(self, work):
        if work == "W4":
            return super().prepare(work)
        self.limit(work)
        if work == "W3":
            net = self.start(TRAININGS["W2"], 0)
            return lambda: self.classify(net), 1, dict
        if work == "W6":
            random = self.np.random.default_rng(1)
            w, x, d = (random.standard_normal((rows, 1200)).astype(self.np.float32) / 35 for rows in (1200, 128, 128))
            return self.dense(w, self.np.zeros(1200, self.np.float32), x, d), 1, dict
        spec, _, one_pass = self.trainer(work, 0)
        return one_pass, 1 if work == "W2" else spec.images // spec.batch, dict

    def accuracy(self, work, seed):
        self.limit(work)
        if work not in self.warm:
            self.trainer(work, seed)[2]()
            self.warm.add(work)
        spec, net, one_epoch = self.trainer(work, seed)
        seconds = 0.0
        for epochs in range(1, MOST_EPOCHS + 1 if spec.goal else 2):
            start = time.perf_counter()
            one_epoch()
            seconds += time.perf_counter() - start
            accuracy = float((self.np.asarray(self.classify(net)) == self.labels_test).mean())
            if spec.goal and accuracy >= spec.goal:
                break
        else:
            if spec.goal:
                raise NotImplementedError(f"{accuracy:.1%} after {MOST_EPOCHS} epochs")
        return {"seconds": seconds, "accuracy": accuracy, "epochs": epochs}


class Numpy(NetworkPeer):
    """BLAS calls in place; with scipy the update is one sger or sgemm straight into the weights."""

    packages = ("numpy", "scipy")
    openblas = True

    def load(self):
        np = self.np
        np.seterr(over="ignore")  # exp(-z) of a very negative z: 1 / (1 + inf) is right
        try:
            import scipy.linalg.blas as blas
            from scipy.special import expit
        except ImportError:
            blas, expit = None, None
        scratch = {}

        def sigmoid(z):
            if expit and z.size <= 256:  # one call; for more, numpy's own exp is vectorised and wins
                expit(z, out=z)
            else:
                np.negative(z, out=z), np.exp(z, out=z), np.add(z, 1, out=z), np.reciprocal(z, out=z)

        def room(like):
            return scratch.setdefault(like.shape, np.empty_like(like))

        def add_outer(c, a, b):
            """c += a b^T"""
            if blas:
                blas.sger(1, b, a, a=c.T, overwrite_a=1)
            else:
                c += np.multiply(a[:, None], b, out=room(c))

        def add_product(beta, c, a, b):
            """c = beta c + a^T b"""
            if blas:
                blas.sgemm(1, b.T, a.T, beta, c.T, trans_b=1, overwrite_c=1)
            else:
                np.multiply(c, beta, out=c) if beta != 1 else None
                c += np.dot(a.T, b, out=room(c))

        def add_scaled(w, s, v):
            """w += s v"""
            if blas:
                blas.saxpy(v.ravel(), w.ravel(), a=s)
            else:
                w += np.multiply(v, s, out=room(w))

        self.sigmoid, self.add_outer, self.add_product, self.add_scaled = sigmoid, add_outer, add_product, add_scaled

    def start(self, spec, seed):
        np, net = self.np, self.initial(spec.hidden, seed)
        batch = () if spec.batch == 1 else (spec.batch,)
        room = [np.empty((*batch, n), np.float32) for n in (784, 10, spec.hidden, spec.hidden, 10, 10, spec.hidden)]
        return net, tuple(map(np.zeros_like, net)), room

    def deltas(self, weights, x, t, scale, h, e, o, d, slope):
        """The forward pass, then d = dC/dz2 and e = dC/dz1, times scale; vectors or matrices alike."""
        np, (w1, b1, w2, b2) = self.np, weights
        np.dot(x, w1, out=h), np.add(h, b1, out=h), self.sigmoid(h)
        np.dot(h, w2.T, out=o), np.add(o, b2, out=o), self.sigmoid(o)
        np.subtract(o, t, out=d), np.multiply(d, o, out=d), np.subtract(1, o, out=o), np.multiply(d, o, out=d)
        np.multiply(d, scale, out=d)
        np.dot(d, w2, out=e), np.multiply(e, h, out=e), np.subtract(1, h, out=slope), np.multiply(e, slope, out=e)

    def epoch(self, net, spec, order):
        np, weights, velocity, (xb, tb, h, e, o, d, slope) = self.np, *net
        w1, b1, w2, b2 = weights
        if spec.batch == 1:
            for x, t in zip(self.x[:spec.images], self.t[:spec.images]):
                self.deltas(weights, x, t, -spec.eta, h, e, o, d, slope)
                self.add_outer(w2, d, h), self.add_outer(w1, x, e)
                np.add(b2, d, out=b2), np.add(b1, e, out=b1)
            return
        # Without momentum the products go straight into the weights.
        (v1, c1, v2, c2), beta, scale = (velocity, spec.mu, 1 / spec.batch) if spec.mu else (weights, 1, -spec.eta / spec.batch)
        ones = np.ones(spec.batch, np.float32)
        for i in range(0, spec.images, spec.batch):
            if order is None:
                x, t = self.x[i:i + spec.batch], self.t[i:i + spec.batch]
            else:
                x = np.take(self.x, order[i:i + spec.batch], axis=0, out=xb, mode="clip")
                t = np.take(self.t, order[i:i + spec.batch], axis=0, out=tb, mode="clip")
            self.deltas(weights, x, t, scale, h, e, o, d, slope)
            self.add_product(beta, v2, d, h), self.add_product(beta, v1, x, e)
            if spec.mu:
                np.multiply(c2, beta, out=c2), np.multiply(c1, beta, out=c1)
            np.add(c2, np.dot(ones, d), out=c2), np.add(c1, np.dot(ones, e), out=c1)
            if spec.mu:
                for w, v in zip(weights, velocity):
                    self.add_scaled(w, -spec.eta, v)

    def classify(self, net):
        np, (w1, b1, w2, b2), classes = self.np, net[0], []
        for x in np.split(self.x_test, range(1000, len(self.x_test), 1000)):
            h = x @ w1
            h += b1
            self.sigmoid(h)
            o = h @ w2.T
            o += b2
            self.sigmoid(o)
            classes.append(o.argmax(1))
        return np.concatenate(classes)

    def dense(self, w, b, x, d):
        np, z, back = self.np, self.np.empty_like(x), self.np.empty_like(x)

        def one_pass():
            np.dot(x, w.T, out=z), np.add(z, b, out=z), np.dot(d, w, out=back)
            self.add_product(1, w, np.multiply(d, -1e-9), x)
        return one_pass

    def read_csv(self, file, header):
        # As uint8: ten times as fast as loadtxt's way to floats.
        return scaled(self.np.loadtxt(file, delimiter=",", dtype=self.np.uint8, comments=None, skiprows=int(header)))


class TorchInPlace(NetworkPeer):
    """The formulas by hand, the update straight into the weights (addr_, addmm_), no autograd."""

    packages = ("torch", "numpy")

    def load(self):
        import torch
        torch.set_num_threads(self.args.threads)
        self.torch, slope = torch, torch.ops.aten.sigmoid_backward
        self.tx, self.tt, self.tx_test = map(torch.from_numpy, (self.x, self.t, self.x_test))

        def one(w1, w1t, b1, w2, w2t, b2, x, t, eta):
            h = torch.addmv(b1, w1t, x).sigmoid_()
            o = torch.addmv(b2, w2, h).sigmoid_()
            d = slope(o - t, o)
            e = slope(torch.mv(w2t, d), h)
            w2.addr_(d, h, alpha=-eta), b2.sub_(d, alpha=eta)
            w1.addr_(x, e, alpha=-eta), b1.sub_(e, alpha=eta)

        def deltas(w1, b1, w2, w2t, b2, x, t):
            h = torch.addmm(b1, x, w1).sigmoid_()
            o = torch.addmm(b2, h, w2t).sigmoid_()
            d = slope(o - t, o)
            return h, d, slope(torch.mm(d, w2), h)

        def many(w1, w1t, b1, w2, w2t, b2, x, t, step):
            h, d, e = deltas(w1, b1, w2, w2t, b2, x, t)
            w2.addmm_(d.t(), h, alpha=-step), b2.sub_(d.sum(0), alpha=step)
            w1.addmm_(x.t(), e, alpha=-step), b1.sub_(e.sum(0), alpha=step)

        def momentum(w1, w1t, b1, w2, w2t, b2, x, t, v1, c1, v2, c2, eta, mu):
            h, d, e = deltas(w1, b1, w2, w2t, b2, x, t)
            v2.addmm_(d.t(), h, beta=mu, alpha=1 / len(x)), c2.mul_(mu).add_(d.sum(0), alpha=1 / len(x))
            v1.addmm_(x.t(), e, beta=mu, alpha=1 / len(x)), c1.mul_(mu).add_(e.sum(0), alpha=1 / len(x))
            w2.sub_(v2, alpha=eta), b2.sub_(c2, alpha=eta), w1.sub_(v1, alpha=eta), b1.sub_(c1, alpha=eta)

        self.steps = one, many, momentum

    def start(self, spec, seed):
        w1, b1, w2, b2 = map(self.torch.from_numpy, self.initial(spec.hidden, seed))
        return (w1, w1.t(), b1, w2, w2.t(), b2), tuple(map(self.torch.zeros_like, (w1, b1, w2, b2)))

    def batches(self, spec, order):
        x, t = self.tx[:spec.images], self.tt[:spec.images]
        if order is None:
            return zip(*((a.unbind() if spec.batch == 1 else a.split(spec.batch)) for a in (x, t)))
        xb, tb = x.new_empty(spec.batch, 784), t.new_empty(spec.batch, 10)
        return ((self.torch.index_select(x, 0, i, out=xb), self.torch.index_select(t, 0, i, out=tb))
                for i in self.torch.from_numpy(order).split(spec.batch))

    def epoch(self, net, spec, order):
        weights, velocity = net
        one, many, momentum = self.steps
        with self.torch.inference_mode():
            for x, t in self.batches(spec, order):
                if spec.mu:
                    momentum(*weights, x, t, *velocity, spec.eta, spec.mu)
                elif spec.batch == 1:
                    one(*weights, x, t, spec.eta)
                else:
                    many(*weights, x, t, spec.eta / spec.batch)

    def dense(self, w, b, x, d):
        return self.dense_of(*map(self.torch.from_numpy, (w, b, x, d)))

    def dense_of(self, w, b, x, d):
        torch = self.torch

        def one_pass():
            with torch.inference_mode():
                torch.addmm(b, x, w.t()), torch.mm(d, w), w.addmm_(d.t(), x, alpha=-1e-9)
        return one_pass

    def classify(self, net):
        torch, (w1, _, b1, _, w2t, b2) = self.torch, net[0]
        with torch.inference_mode():
            return torch.cat([torch.addmm(b2, torch.addmm(b1, x, w1).sigmoid_(), w2t).sigmoid_().argmax(1)
                              for x in self.tx_test.split(1000)])


class TorchBfloat16(TorchInPlace):
    """The same with 16 bits everywhere, weights too: what a processor with products of bfloat16 makes quickest, at the price
    of accuracy."""

    bits = 16

    def load(self):
        super().load()
        self.tx, self.tt, self.tx_test = map(self.fewer_bits, (self.tx, self.tt, self.tx_test))

    def fewer_bits(self, tensor):
        return tensor.to(self.torch.bfloat16)

    def start(self, spec, seed):
        (w1, _, b1, w2, _, b2), velocity = super().start(spec, seed)
        w1, b1, w2, b2 = map(self.fewer_bits, (w1, b1, w2, b2))
        return (w1, w1.t(), b1, w2, w2.t(), b2), tuple(map(self.fewer_bits, velocity))

    def dense(self, w, b, x, d):
        return self.dense_of(*map(self.fewer_bits, map(self.torch.from_numpy, (w, b, x, d))))


class TorchCompiled(TorchInPlace):
    """The same steps through torch.compile (needs a C++ compiler; compiles for a minute)."""

    slow = True

    def load(self):
        super().load()
        self.steps = tuple(map(self.torch.compile, self.steps))


class TorchAutograd(TorchInPlace):
    """The usual way: nn.Sequential, backward, optim.SGD."""

    def start(self, spec, seed):
        nn, torch = self.torch.nn, self.torch
        net = nn.Sequential(nn.Linear(784, spec.hidden), nn.Sigmoid(), nn.Linear(spec.hidden, 10), nn.Sigmoid())
        w1, *others = self.initial(spec.hidden, seed)
        with torch.no_grad():
            for parameter, value in zip(net.parameters(), (w1.T, *others)):
                parameter.copy_(torch.from_numpy(value))
        return net, torch.optim.SGD(net.parameters(), lr=spec.eta, momentum=spec.mu)

    def batches(self, spec, order):
        if order is None:
            return zip(self.tx[:spec.images].split(spec.batch), self.tt[:spec.images].split(spec.batch))
        return super().batches(spec, order)

    def epoch(self, net, spec, order):
        model, optimizer = net
        for x, t in self.batches(spec, order):
            optimizer.zero_grad()
            loss = (model(x) - t).square().sum() * (0.5 / len(x))
            loss.backward()
            optimizer.step()

    def classify(self, net):
        with self.torch.inference_mode():
            return self.torch.cat([net[0](x).argmax(1) for x in self.tx_test.split(1000)])


class Jax(NetworkPeer):
    """jit of lax.scan over the whole epoch, weights donated, one pass per call."""

    packages = ("jax", "jaxlib", "numpy")

    def load(self):
        import jax
        import jax.numpy as jnp
        from jax import lax
        self.jax, self.jnp, self.in_order = jax, jnp, {}
        self.jx, self.jt, self.jx_test = map(jnp.asarray, (self.x, self.t, self.x_test))
        sigmoid = jax.nn.sigmoid

        def one(p, x, t):  # W1 is H x 784 here: its update is then quickest
            w1, b1, w2, b2 = p
            h = sigmoid(w1 @ x + b1)
            o = sigmoid(w2 @ h + b2)
            d = (o - t) * o * (1 - o)
            e = (w2.T @ d) * h * (1 - h)
            return jnp.outer(e, x), e, jnp.outer(d, h), d

        def many(p, x, t):  # and here 784 x H
            w1, b1, w2, b2 = p
            h = sigmoid(x @ w1 + b1)
            o = sigmoid(h @ w2.T + b2)
            d = (o - t) * o * (1 - o)
            e = (d @ w2) * h * (1 - h)
            return x.T @ e, e.sum(0), d.T @ h, d.sum(0)

        def epoch(p, v, x, t, order, spec):
            def step(pv, item):
                p, v = pv
                g = (one if spec.batch == 1 else many)(p, *(item if order is None else (x[item], t[item])))
                if spec.mu:
                    v = tuple(spec.mu * v + g / spec.batch for v, g in zip(v, g))
                    return (tuple(p - spec.eta * v for p, v in zip(p, v)), v), None
                return (tuple(p - (spec.eta / spec.batch) * g for p, g in zip(p, g)), v), None
            return lax.scan(step, (p, v), (x, t) if order is None else order.reshape(-1, spec.batch), unroll=2)[0]

        def classify(p, x):
            w1, b1, w2, b2 = p
            w1 = w1.T if w1.shape[1] == 784 else w1
            return lax.map(lambda x: sigmoid(sigmoid(x @ w1 + b1) @ w2.T + b2).argmax(1), x.reshape(-1, 500, 784)).ravel()

        self.jit_epoch = jax.jit(epoch, static_argnames="spec", donate_argnums=(0, 1))
        self.jit_classify = jax.jit(classify)

    def start(self, spec, seed):
        w1, *others = self.initial(spec.hidden, seed)
        p = tuple(map(self.jnp.array, (w1.T if spec.batch == 1 else w1, *others)))
        return [p, tuple(map(self.jnp.zeros_like, p)) if spec.mu else ()]

    def epoch(self, net, spec, order):
        if order is None:
            if (key := (spec.images, spec.batch)) not in self.in_order:
                shape = (-1,) if spec.batch == 1 else (-1, spec.batch)
                self.in_order[key] = tuple(a[:spec.images].reshape(*shape, a.shape[1]) for a in (self.jx, self.jt))
            data = self.in_order[key]
        else:
            data, order = (self.jx, self.jt), order.astype("int32")
        net[:] = self.jax.block_until_ready(self.jit_epoch(*net, *data, order, spec))

    def dense(self, w, b, x, d):
        step = self.jax.jit(lambda w, b, x, d: (w - 1e-9 * (d.T @ x), x @ w.T + b, d @ w), donate_argnums=0)
        state, arrays = [self.jnp.array(w)], [*map(self.jnp.array, (b, x, d))]

        def one_pass():
            state[0] = self.jax.block_until_ready(step(state[0], *arrays))[0]
        return one_pass

    def classify(self, net):
        return self.jax.block_until_ready(self.jit_classify(net[0], self.jx_test))


class Sklearn(NetworkPeer):
    """MLPClassifier.partial_fit: softmax outputs with log-loss, the only ones it has."""

    packages = ("scikit-learn", "numpy")
    openblas = True

    def start(self, spec, seed):
        from sklearn.neural_network import MLPClassifier
        net = MLPClassifier((spec.hidden,), activation="logistic", solver="sgd", alpha=0, batch_size=spec.batch,
                            learning_rate_init=spec.sklearn_eta, momentum=spec.mu, nesterovs_momentum=False,
                            shuffle=spec.shuffled, random_state=seed)
        # The first call makes the weights: one batch, off the clock.
        return net.partial_fit(self.x[:spec.batch], self.labels[:spec.batch], classes=self.np.arange(10))

    def epoch(self, net, spec, order):
        net.partial_fit(self.x[:spec.images], self.labels[:spec.images])  # shuffles by itself

    def classify(self, net):
        return net.predict(self.x_test)


PEERS = {"JAX": Jax, "PyTorch in place": TorchInPlace, "PyTorch bfloat16": TorchBfloat16, "PyTorch autograd": TorchAutograd,
         "numpy": Numpy, "scikit-learn": Sklearn, "pandas": Pandas, "polars": Polars, "PyTorch compiled": TorchCompiled}
MODULES = {"scikit-learn": "sklearn"}


def serve(args):
    """A peer's process: the worker's side of the protocol."""
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints goes to stderr
    peer = PEERS[args.worker](args)
    versions = {p: importlib.metadata.version(p) for p in peer.packages if importlib.util.find_spec(MODULES.get(p, p))}
    print(json.dumps({"ready": True, "versions": versions}), file=replies)
    for line in sys.stdin:
        print(json.dumps(peer.answer(line)), file=replies)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--worker", required=True, choices=PEERS)
    parser.add_argument("--mnist", required=True)
    parser.add_argument("--csv", required=True)
    parser.add_argument("--threads", type=int, default=1)
    serve(parser.parse_args())
