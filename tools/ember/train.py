#!/usr/bin/env python3
"""Trains Ember on what `node scripts/ember.mjs data` wrote. Needs PyTorch 2.4 or later (a build for CPUs will do) and NumPy.

    python3 tools/ember/train.py --minutes 80 [--data .cache/ember] [--threads 2] [--resume]

Matrices are multiplied in bfloat16 where the processor has instructions for it. Those of the blocks are learnt by Muon
(Jordan et al. 2024: the momentum, made orthogonal by Newton-Schulz), the rest by AdamW.

The curve goes to train.log, the weights to weights/ as float32 by their names in GGUF, and everything that is needed to
go on to checkpoint.pt, each 5 minutes. On a GPU it trains there. Time that was trained before --resume counts.
"""
import argparse
import functools
import json
import math
import os
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=".cache/ember")
    parser.add_argument("--minutes", type=float, default=80)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=4096, help="tokens of a batch, about")
    parser.add_argument("--rate", type=float, default=0.004, help="highest learning rate of Muon")
    parser.add_argument("--other-rate", type=float, default=3e-3, help="highest learning rate of AdamW")
    parser.add_argument("--context-weight", type=float, default=0.05, help="of the loss on tokens that are given")
    parser.add_argument("--short-until", type=float, default=0.35, help="share of the time with short sheets alone")
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


class Sheets:
    """The records of a file. Each is a prompt with several questions; see sheetTokens.ts."""

    def __init__(self, file):
        self.numbers = np.fromfile(file, dtype=np.uint16)
        self.starts, at = [], 0
        while at < len(self.numbers):
            tokens, groups = int(self.numbers[at]), int(self.numbers[at + 1])
            self.starts.append(at)
            at += 2 + 4 * tokens + groups
        self.lengths = np.array([int(self.numbers[start]) for start in self.starts])
        # Tokens of the prompt that the questions share.
        self.shared = np.array([int(np.count_nonzero(self[index][0][2] == 0)) for index in range(len(self.starts))])

    def __getitem__(self, index):
        start = self.starts[index]
        tokens, groups = int(self.numbers[start]), int(self.numbers[start + 1])
        columns = self.numbers[start + 2 : start + 2 + 4 * tokens].reshape(4, tokens).astype(np.int64)
        parents = self.numbers[start + 2 + 4 * tokens : start + 2 + 4 * tokens + groups].astype(np.int64)
        return columns, parents

    def batches(self, tokens, longest, rng):
        """Indexes of sheets of like lengths, `tokens` at most with their padding, in an order of chance."""
        # Of short sheets too many have no code.
        chosen = np.flatnonzero((self.lengths <= longest) & ((self.shared > 60) | (longest > self.lengths.max())))
        noise = lambda size: rng.random(len(chosen)) * size
        order = chosen[np.lexsort(((self.lengths - self.shared)[chosen] + noise(20), (self.shared[chosen] + noise(20)) // 40))]
        found, batch, shared, own = [], [], 0, 0
        for index in order:
            shared, own = max(shared, self.shared[index]), max(own, self.lengths[index] - self.shared[index])
            if batch and (len(batch) + 1) * (shared + own) > tokens:
                found.append(batch)
                batch, shared, own = [], self.shared[index], self.lengths[index] - self.shared[index]
            batch.append(index)
        found.append(batch)
        rng.shuffle(found)
        return found


def collate(sheets, indexes, device):
    """Tensors of a batch: ids, positions, learnt [rows, length]; given: no padding; and what the tokens after the shared
    ones, which see what is before them, may see [rows, 1, length - shared, length]."""
    records = [sheets[index] for index in indexes]
    counts = [int(sheets.shared[index]) for index in indexes]
    shared = max(counts)
    length = shared + max(columns.shape[1] - count for (columns, _), count in zip(records, counts))
    ids, positions, learnt = (np.zeros((len(records), length), np.int64) for _ in range(3))
    given = np.zeros((len(records), length), bool)
    sees = np.zeros((len(records), 1, length - shared, length), bool)
    for row, ((columns, parents), count) in enumerate(zip(records, counts)):
        own = columns.shape[1] - count
        for part, place in ((slice(0, count), slice(0, count)), (slice(count, None), slice(shared, shared + own))):
            ids[row, place], positions[row, place], learnt[row, place] = columns[0, part], columns[1, part], columns[3, part]
            given[row, place] = True
        groups = columns[2, count:]
        sees[row, 0, :own, :count] = True
        sees[row, 0, :own, shared : shared + own] = ancestors(parents)[groups[:, None], groups[None, :]] & np.tril(np.ones((own, own), bool))
        sees[row, 0, own:, 0] = True
    to = lambda array: torch.from_numpy(array).to(device)
    return to(ids), to(positions), to(learnt), to(given), to(sees)


def ancestors(parents):
    """Which groups a group sees: itself, and those before it."""
    count = len(parents)
    sees = np.eye(count, dtype=bool)
    for group in range(1, count):
        sees[group] |= sees[parents[group]]
    return sees


class Block(nn.Module):
    """Phi-3's: fused query, key and value; gate before up; rotary positions on two halves."""

    def __init__(self, shape):
        super().__init__()
        width, feed = shape["width"], shape["feedForward"]
        self.heads = shape["heads"]
        self.attn_norm, self.ffn_norm = (nn.RMSNorm(width, shape["normEpsilon"]) for _ in range(2))
        self.attn_qkv = nn.Linear(width, 3 * width, bias=False)
        self.attn_output = nn.Linear(width, width, bias=False)
        self.ffn_up = nn.Linear(width, 2 * feed, bias=False)
        self.ffn_down = nn.Linear(feed, width, bias=False)
        # What goes back into the residual begins at nothing.
        for layer, deviation in ((self.attn_qkv, 0.04), (self.ffn_up, 0.04), (self.attn_output, 0.0), (self.ffn_down, 0.0)):
            nn.init.normal_(layer.weight, std=deviation)

    def forward(self, x, cos, sin, bias):
        rows, length, width = x.shape
        parts = self.attn_qkv(self.attn_norm(x)).view(rows, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        query, key = rotated(query, cos, sin), rotated(key, cos, sin)
        mixed = attention(query, key, value, bias).transpose(1, 2).reshape(rows, length, width)
        x = x + self.attn_output(mixed)
        gate, up = self.ffn_up(self.ffn_norm(x)).chunk(2, -1)
        return x + self.ffn_down(F.silu(gate) * up)


def attention(query, key, value, bias):
    """The shared tokens see those before them; the others what `bias` leaves [rows, 1, others, length]. Row by row, so
    that the scores stay in the processor's caches: a third faster there than the built-in attention."""
    shared = query.shape[-2] - bias.shape[-2]
    causal = torch.full((shared, shared), -1e9, dtype=bias.dtype, device=bias.device).triu(1)
    if query.is_cuda:
        causal = F.pad(causal, (0, bias.shape[-2]), value=-1e9).expand(len(bias), 1, -1, -1)
        return F.scaled_dot_product_attention(query, key, value, attn_mask=torch.cat([causal, bias], -2))
    query = query / math.sqrt(query.shape[-1])
    mixed = lambda q, k, v, b: (q @ k.transpose(-1, -2) + b).softmax(-1, dtype=bias.dtype) @ v
    rows = [
        torch.cat([mixed(q[:, :shared], k[:, :shared], v[:, :shared], causal), mixed(q[:, shared:], k, v, b)], -2)
        for q, k, v, b in zip(query, key, value, bias)
    ]
    return torch.stack(rows)


def rotated(x, cos, sin):
    """The first dimensions of each head turn, as many as `cos` has; the others stay."""
    size = cos.shape[-1]
    first, second = x[..., : size // 2], x[..., size // 2 : size]
    turned = x[..., :size] * cos + torch.cat([-second, first], -1) * sin
    return torch.cat([turned, x[..., size:]], -1)


class Ember(nn.Module):
    """The output matrix is the embedding's."""

    def __init__(self, shape):
        super().__init__()
        self.token_embd = nn.Embedding(shape["vocabularySize"], shape["width"])
        nn.init.normal_(self.token_embd.weight, std=0.04)
        self.blk = nn.ModuleList([Block(shape) for _ in range(shape["layers"])])
        self.output_norm = nn.RMSNorm(shape["width"], shape["normEpsilon"])
        size = shape["rotary"]
        inverse = 1 / (shape["ropeBase"] ** (torch.arange(0, size, 2).float() / size))
        angles = torch.outer(torch.arange(shape["contextLength"]).float(), inverse)
        self.register_buffer("cos", torch.cat([angles.cos()] * 2, 1), persistent=False)
        self.register_buffer("sin", torch.cat([angles.sin()] * 2, 1), persistent=False)

    def forward(self, ids, positions, sees, wanted):
        """Logits of the tokens after those that are wanted [n, vocabulary]."""
        x = self.token_embd(ids)
        kind = torch.get_autocast_dtype(ids.device.type) if torch.is_autocast_enabled(ids.device.type) else torch.float32
        cos, sin = (table[positions].unsqueeze(1).to(kind) for table in (self.cos, self.sin))
        bias = torch.zeros(sees.shape, device=ids.device, dtype=kind).masked_fill_(~sees, -1e9)
        for block in self.blk:
            x = block(x, cos, sin, bias)
        return F.linear(self.output_norm(x[wanted]), self.token_embd.weight)


@torch.no_grad()
def begin_with_copying(model, shape, heads=3):
    """Heads that copy (Olsson et al. 2022, "induction heads") from the first step on, instead of once they are found: in
    the first layer heads that look at the token before, and write a code of it; in the second heads that look for the
    token that follows an equal one, and write that. All of it is learnt further. Such beginnings are called mimetic
    (Trockman and Kolter 2023)."""
    width, rotary = shape["width"], shape["rotary"]
    size = width // shape["heads"]
    pairs = rotary // 2
    theta = 1 / (shape["ropeBase"] ** (torch.arange(0, rotary, 2).float() / rotary))
    scale = 0.04
    # A feature that all tokens have; normalised it is about 2.8.
    constant = width - 1
    model.token_embd.weight[:, constant] = 3 * scale
    directions = torch.linalg.qr(torch.randn(width - 1, width - 1))[0]
    codes = size - rotary
    first, second = model.blk[0], model.blk[1]
    for head in range(heads):
        rows = slice(head * size, (head + 1) * size)
        q0, k0, v0 = (first.attn_qkv.weight[part * width : (part + 1) * width][rows] for part in range(3))
        q1, k1, v1 = (second.attn_qkv.weight[part * width : (part + 1) * width][rows] for part in range(3))
        for weights in (q0, k0, v0, q1, k1, v1):
            weights.zero_()
        q0[:pairs, constant] = 2.6
        k0[:pairs, constant], k0[pairs:rotary, constant] = 2.6 * theta.cos(), 2.6 * theta.sin()
        code = F.pad(torch.linalg.qr(torch.randn(width - 1, codes))[0].T, (0, 1))
        place = F.pad(directions[:, head * codes : (head + 1) * codes].T, (0, 1))
        v0[:codes] = code
        first.attn_output.weight[:, rows][:, :codes] = scale * place.T
        q1[rotary:], k1[rotary:] = 3 * code, 3 * place
        copied = F.pad(torch.linalg.qr(torch.randn(width - 1, size))[0].T, (0, 1))
        v1.copy_(copied)
        second.attn_output.weight[:, rows] = 0.1 * copied.T


def losses(model, batch, context_weight):
    """Mean loss with the weights of the tokens, and the share of answer tokens that are right."""
    ids, positions, learnt, given, sees = batch
    # A token is foreseen by the one before it in its own conversation, which is the one before it here, but where a
    # question begins: those are given and not learnt.
    after = torch.zeros_like(learnt)
    after[:, :-1] = learnt[:, 1:]
    is_answer = after == 1
    follows = torch.zeros_like(given)
    follows[:, :-1] = given[:, 1:] & (positions[:, 1:] == positions[:, :-1] + 1)
    wanted = is_answer | (follows & (torch.rand(ids.shape, device=ids.device) < 0.15)) if context_weight > 0 else is_answer
    logits = model(ids, positions, sees, wanted)
    targets = torch.roll(ids, -1, 1)[wanted]
    weights = torch.where(is_answer[wanted], 1.0, context_weight)
    loss = F.cross_entropy(logits.float(), targets, reduction="none")
    right = ((logits.argmax(-1) == targets) & is_answer[wanted]).sum().item() / max(1, is_answer.sum().item())
    return (loss * weights).sum() / weights.sum(), right


class Muon(torch.optim.Optimizer):
    """Each parameter is a matrix, or several of one size below each other: `parts`, their number."""

    def __init__(self, parameters, rate=0.004, momentum=0.95, decay=0.01):
        super().__init__(parameters, {"lr": rate, "momentum": momentum, "decay": decay, "parts": 1})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            parts, momentum = group["parts"], group["momentum"]
            updates = []
            for parameter in group["params"]:
                state = self.state[parameter]
                if not state:
                    state["mean"] = torch.zeros_like(parameter)
                state["mean"].lerp_(parameter.grad, 1 - momentum)
                updates.append(parameter.grad.lerp(state["mean"], momentum).view(parts, -1, parameter.shape[1]))
            rows, columns = updates[0].shape[-2:]
            made = orthogonal(torch.cat(updates)) * max(1, rows / columns) ** 0.5
            for parameter, update in zip(group["params"], made.split(parts)):
                parameter.mul_(1 - group["lr"] * group["decay"])
                parameter.add_(update.reshape(parameter.shape).to(parameter.dtype), alpha=-group["lr"])


def orthogonal(matrices):
    """Five steps of Newton-Schulz: all singular values near 1. [n, rows, columns]"""
    x = matrices.bfloat16()
    is_tall = x.shape[-2] > x.shape[-1]
    x = x.mT if is_tall else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        square = x @ x.mT
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x.mT if is_tall else x


def optimisers(model):
    """Muon for the blocks' matrices, grouped by size; AdamW for the embedding and the norms."""
    blocks = lambda name: [parameter for full, parameter in model.blk.named_parameters() if full.endswith(f"{name}.weight")]
    groups = [{"params": blocks(name), "parts": parts} for name, parts in (("attn_qkv", 3), ("attn_output", 1), ("ffn_up", 2), ("ffn_down", 1))]
    norms = [parameter for parameter in model.parameters() if parameter.ndim == 1]
    others = [{"params": [model.token_embd.weight], "weight_decay": 0.01}, {"params": norms, "weight_decay": 0.0}]
    return Muon(groups), torch.optim.AdamW(others, lr=1.0, betas=(0.9, 0.98))


def learning_rate(share, step):
    """Of the highest: rises for 100 steps, then falls in the second half of the time."""
    return min(1.0, (step + 1) / 100) * min(1.0, 0.01 + 2 * (1 - share))


def faster(device):
    """Around one step, no more: it keeps the bfloat16 copies of the weights until it ends."""
    return torch.autocast(device, torch.bfloat16, enabled=has_bfloat16(device))


@functools.cache
def has_bfloat16(device):
    if device == "cuda":
        return torch.cuda.is_bf16_supported()
    try:
        with open("/proc/cpuinfo") as file:
            features = file.read()
        return "avx512_bf16" in features or "amx_bf16" in features
    except OSError:
        return False


def save_weights(model, folder):
    os.makedirs(folder, exist_ok=True)
    names = {"token_embd.weight": model.token_embd.weight, "output_norm.weight": model.output_norm.weight}
    for number, block in enumerate(model.blk):
        for name, value in block.named_parameters():
            names[f"blk.{number}.{name}"] = value
    for name, value in names.items():
        value.detach().cpu().float().numpy().astype("<f4").tofile(os.path.join(folder, f"{name}.bin"))


def main():
    options = arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    shape = json.load(open(os.path.join(options.data, "data.json")))["shape"]
    train, test = Sheets(os.path.join(options.data, "train.bin")), Sheets(os.path.join(options.data, "test.bin"))
    model = Ember(shape)
    begin_with_copying(model, shape)
    model.to(device)
    both = optimisers(model)
    state = {"step": 0, "seconds": 0.0, "tokens": 0}
    checkpoint = os.path.join(options.data, "checkpoint.pt")
    if options.resume and os.path.exists(checkpoint):
        saved = torch.load(checkpoint, map_location=device)
        model.load_state_dict(saved["model"])
        for optimiser, kept in zip(both, saved["optimisers"]):
            optimiser.load_state_dict(kept)
        state = saved["state"]
    log = open(os.path.join(options.data, "train.log"), "a" if options.resume else "w")
    say(log, f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, {len(train.starts)} sheets, {device}, seed {options.seed}")
    run(model, both, state, train, test, options, device, log, checkpoint)
    save_weights(model, os.path.join(options.data, "weights"))
    say(log, f"done: {state['step']} steps, {state['tokens']} tokens, {state['seconds'] / 60:.1f} min")


def run(model, both, state, train, test, options, device, log, checkpoint):
    rng = np.random.default_rng(options.seed + state["step"])
    queue, longest, last_saved = [], 0, time.time()
    began = time.time() - state["seconds"]
    while True:
        state["seconds"] = time.time() - began
        share = state["seconds"] / 60 / options.minutes
        if share >= 1:
            return
        if not queue:
            queue, longest = train.batches(options.batch, longest_sheet(share, options), rng), longest_sheet(share, options)
        if longest != longest_sheet(share, options):
            queue = []
            continue
        for optimiser, highest in zip(both, (options.rate, options.other_rate)):
            for group in optimiser.param_groups:
                group["lr"] = highest * learning_rate(share, state["step"])
        batch = collate(train, queue.pop(), device)
        with faster(device):
            loss, _ = losses(model, batch, options.context_weight)
        model.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in both:
            optimiser.step()
        state["step"] += 1
        state["tokens"] += int(batch[3].sum())
        if state["step"] % 100 == 0:
            report(model, test, options, device, state, loss, log)
        if time.time() - last_saved > 300:
            last_saved = time.time()
            torch.save({"model": model.state_dict(), "optimisers": [optimiser.state_dict() for optimiser in both], "state": state}, checkpoint)
            save_weights(model, os.path.join(options.data, "weights"))


def longest_sheet(share, options):
    """Tokens. What is learnt on short ones carries over."""
    return 640 if share < options.short_until else 1 << 15


@torch.no_grad()
def report(model, test, options, device, state, loss, log):
    rng = np.random.default_rng(0)
    with faster(device):
        found = [losses(model, collate(test, batch, device), 0.0) for batch in test.batches(options.batch, 1 << 15, rng)[:8]]
    speed = state["tokens"] / max(1, state["seconds"])
    mean = lambda numbers: sum(numbers) / len(numbers)
    say(log, f"{state['step']:6d} {state['seconds'] / 60:6.1f} min {speed:6.0f} tok/s train {loss.item():.3f} answers {mean([l.item() for l, _ in found]):.3f} right {mean([r for _, r in found]):.3f}")


def say(log, text):
    print(text, flush=True)
    log.write(text + "\n")
    log.flush()


if __name__ == "__main__":
    sys.exit(main())
