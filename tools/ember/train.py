#!/usr/bin/env python3
"""Trains Ember on what `node scripts/ember.mjs data` wrote. Needs PyTorch 1.13 or later and NumPy; Debian: python3-torch
with libopenblas0-pthread, which is many times as fast as what comes without it.

    python3 tools/ember/train.py --minutes 110 [--data .cache/ember] [--threads 2] [--resume]

The curve goes to train.log, the weights to weights/ as float32 by their names in GGUF, and everything that is needed to
go on to checkpoint.pt, each 5 minutes. On a GPU it trains there. Time that was trained before --resume counts.
"""
import argparse
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
    parser.add_argument("--minutes", type=float, default=110)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=4096, help="tokens of a batch, about")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
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

    def __getitem__(self, index):
        start = self.starts[index]
        tokens, groups = int(self.numbers[start]), int(self.numbers[start + 1])
        columns = self.numbers[start + 2 : start + 2 + 4 * tokens].reshape(4, tokens).astype(np.int64)
        parents = self.numbers[start + 2 + 4 * tokens : start + 2 + 4 * tokens + groups].astype(np.int64)
        return columns, parents

    def batches(self, tokens, longest, rng):
        """Indexes of sheets of like length, `tokens` at most with their padding, in an order of chance."""
        chosen = np.flatnonzero(self.lengths <= longest)
        order = chosen[np.argsort(self.lengths[chosen] + rng.random(len(chosen)) * 40)]
        found, batch = [], []
        for index in order:
            if batch and (len(batch) + 1) * self.lengths[index] > tokens:
                found.append(batch)
                batch = []
            batch.append(index)
        found.append(batch)
        rng.shuffle(found)
        return found


def collate(sheets, indexes, device):
    """Tensors of a batch: ids, positions, learnt [rows, length], and what each token may see [rows, 1, length, length]."""
    records = [sheets[index] for index in indexes]
    length = max(columns.shape[1] for columns, _ in records)
    ids, positions, learnt = (np.zeros((len(records), length), np.int64) for _ in range(3))
    given = np.zeros((len(records), length), bool)
    sees = np.zeros((len(records), 1, length, length), bool)
    causal = np.tril(np.ones((length, length), bool))
    for row, (columns, parents) in enumerate(records):
        count = columns.shape[1]
        ids[row, :count], positions[row, :count], learnt[row, :count] = columns[0], columns[1], columns[3]
        given[row, :count] = True
        before = ancestors(parents)
        sees[row, 0, :count, :count] = before[columns[2][:, None], columns[2][None, :]] & causal[:count, :count]
        sees[row, 0, count:, 0] = True
    to = lambda array: torch.from_numpy(array).to(device)
    return to(ids), to(positions), to(learnt), to(given), to(sees)


def ancestors(parents):
    """Which groups a group sees: itself, and those before it."""
    count = len(parents)
    sees = np.eye(count, dtype=bool)
    for group in range(1, count):
        sees[group] |= sees[parents[group]]
    return sees


class Norm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight


class Block(nn.Module):
    """Phi-3's: fused query, key and value; gate before up; rotary positions on two halves."""

    def __init__(self, shape):
        super().__init__()
        width, feed = shape["width"], shape["feedForward"]
        self.heads = shape["heads"]
        self.attn_norm, self.ffn_norm = Norm(width, shape["normEpsilon"]), Norm(width, shape["normEpsilon"])
        self.attn_qkv = nn.Linear(width, 3 * width, bias=False)
        self.attn_output = nn.Linear(width, width, bias=False)
        self.ffn_up = nn.Linear(width, 2 * feed, bias=False)
        self.ffn_down = nn.Linear(feed, width, bias=False)
        depth = math.sqrt(2 * shape["layers"])
        for layer, deviation in ((self.attn_qkv, 0.04), (self.ffn_up, 0.04), (self.attn_output, 0.04 / depth), (self.ffn_down, 0.04 / depth)):
            nn.init.normal_(layer.weight, std=deviation)

    def forward(self, x, cos, sin, bias):
        rows, length, width = x.shape
        parts = self.attn_qkv(self.attn_norm(x)).view(rows, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        query, key = rotated(query, cos, sin), rotated(key, cos, sin)
        scores = query @ key.transpose(-1, -2) / math.sqrt(width // self.heads) + bias
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(rows, length, width)
        x = x + self.attn_output(mixed)
        gate, up = self.ffn_up(self.ffn_norm(x)).chunk(2, -1)
        return x + self.ffn_down(F.silu(gate) * up)


def rotated(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


class Ember(nn.Module):
    """The output matrix is the embedding's."""

    def __init__(self, shape):
        super().__init__()
        self.token_embd = nn.Embedding(shape["vocabularySize"], shape["width"])
        nn.init.normal_(self.token_embd.weight, std=0.04)
        self.blk = nn.ModuleList([Block(shape) for _ in range(shape["layers"])])
        self.output_norm = Norm(shape["width"], shape["normEpsilon"])
        size = shape["width"] // shape["heads"]
        inverse = 1 / (shape["ropeBase"] ** (torch.arange(0, size, 2).float() / size))
        angles = torch.outer(torch.arange(shape["contextLength"]).float(), inverse)
        self.register_buffer("cos", torch.cat([angles.cos()] * 2, 1), persistent=False)
        self.register_buffer("sin", torch.cat([angles.sin()] * 2, 1), persistent=False)

    def forward(self, ids, positions, sees, wanted):
        """Logits of the tokens after those that are wanted [n, vocabulary]."""
        x = self.token_embd(ids)
        cos, sin = self.cos[positions].unsqueeze(1), self.sin[positions].unsqueeze(1)
        bias = torch.zeros(sees.shape, device=ids.device).masked_fill_(~sees, -1e9)
        for block in self.blk:
            x = block(x, cos, sin, bias)
        return F.linear(self.output_norm(x[wanted]), self.token_embd.weight)


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
    loss = F.cross_entropy(logits, targets, reduction="none")
    right = ((logits.argmax(-1) == targets) & is_answer[wanted]).sum().item() / max(1, is_answer.sum().item())
    return (loss * weights).sum() / weights.sum(), right


def learning_rate(share, step, highest):
    warm = min(1.0, (step + 1) / 200)
    return highest * warm * (1.0 if share < 0.1 else 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (share - 0.1) / 0.9)))


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
    model = Ember(shape).to(device)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim == 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}], lr=1.0, betas=(0.9, 0.98))
    state = {"step": 0, "seconds": 0.0, "tokens": 0}
    checkpoint = os.path.join(options.data, "checkpoint.pt")
    if options.resume and os.path.exists(checkpoint):
        saved = torch.load(checkpoint, map_location=device)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        state = saved["state"]
    log = open(os.path.join(options.data, "train.log"), "a" if options.resume else "w")
    say(log, f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, {len(train.starts)} sheets, {device}, seed {options.seed}")
    run(model, optimiser, state, train, test, options, device, log, checkpoint)
    save_weights(model, os.path.join(options.data, "weights"))
    say(log, f"done: {state['step']} steps, {state['tokens']} tokens, {state['seconds'] / 60:.1f} min")


def run(model, optimiser, state, train, test, options, device, log, checkpoint):
    rng = np.random.default_rng(options.seed + state["step"])
    queue, last_saved = [], time.time()
    began = time.time() - state["seconds"]
    while True:
        state["seconds"] = time.time() - began
        share = state["seconds"] / 60 / options.minutes
        if share >= 1:
            return
        if not queue:
            queue = train.batches(options.batch, 640 if share < options.short_until else 1 << 15, rng)
        if share >= options.short_until and not state.get("long"):
            state["long"], queue = True, []
            continue
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(share, state["step"], options.rate)
        batch = collate(train, queue.pop(), device)
        loss, _ = losses(model, batch, options.context_weight)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        state["step"] += 1
        state["tokens"] += int(batch[3].sum())
        if state["step"] % 100 == 0:
            report(model, test, options, device, state, loss, log)
        if time.time() - last_saved > 300:
            last_saved = time.time()
            torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "state": state}, checkpoint)
            save_weights(model, os.path.join(options.data, "weights"))


@torch.no_grad()
def report(model, test, options, device, state, loss, log):
    rng = np.random.default_rng(0)
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
