#!/usr/bin/env python3
"""Trains the net that names a vehicle's colour, on drawn vehicles alone.

usage: train.py OUT.pt [--by-plate] [--minutes 35] [--rate 3e-3] [--seed 1] [--from CHECKPOINT.pt]

Needs `scripts/bootstrap training` and shards of drawn vehicles (shards.py 0 60), the first two of which are kept out of training. New shards are taken in as
they come. With --by-plate it learns from pictures in the light in which the vehicle's plate is white, as the program shows them to that net. Progress goes to
standard output, the averaged weights to OUT.pt every 250 steps. The schedule (one warm-up, one cosine) is over the minutes.
"""
import argparse
import copy
import math
import os
import sys
import time

import numpy as np
import torch
from torch.nn.functional import cross_entropy

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from pool import Shards
from vehicles.camera import COLORS
from vehicles.model import VehicleNet
from vehicles.shards import default_folder

HELD_OUT_SHARDS, BATCH = 2, 64
CAST, CAST_BY_PLATE = .08, .03  # of varied(): the plate tells most of the light's colour
# As in src/vision/paint.cc: what the ground of plates is brought to, how much lighter or darker a picture may become for it, and how many times one
# channel of the ground may be another's: if more, the plate is no white one, and only its lightest channel counts.
WHITE, LEAST_GAIN, MOST_GAIN, MOST_TINT = 186, .6, 4, 1.45


def normalized(seen):
    return torch.from_numpy(np.ascontiguousarray(seen)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)


def in_plates_light(pictures, whites):
    """uint8 pictures [n, h, w, 3], the grounds of their plates [n, 3] (shards' "white") -> as normalized()."""
    whites = torch.from_numpy(whites).float().clamp(min=1)
    lightest = whites.amax(1, keepdim=True)
    tinted = lightest > MOST_TINT * whites.amin(1, keepdim=True)
    gain = (WHITE / torch.where(tinted, lightest, whites)).clamp(LEAST_GAIN, MOST_GAIN)
    return ((normalized(pictures) + 1) * gain[:, :, None, None] - 1).clamp_(max=1)


class Drawn(Shards):
    def __init__(self, held_out, by_plate):
        self.by_plate = by_plate
        super().__init__(default_folder(), lambda number: (number < HELD_OUT_SHARDS) != held_out)

    def taken(self, z):
        kept = z["white"].any(1) if self.by_plate else np.ones(len(z["seen"]), bool)
        return z["seen"][kept], z["white"][kept], np.stack([z["color"], z["body"], z["front"]], 1).astype(np.int64)[kept]

    def shown(self, seen, whites):
        """As the net is shown them."""
        return in_plates_light(seen, whites) if self.by_plate else normalized(seen)

    def refresh(self):
        super().refresh()
        self.ends = np.cumsum([len(answers) for _, _, answers in self.shards])

    def some(self, rng, count):
        places = rng.integers(self.ends[-1], size=count)
        at = np.searchsorted(self.ends, places, side="right")
        rows = [(self.shards[k], i - (self.ends[k - 1] if k else 0)) for k, i in zip(at, places)]
        seen, whites, answers = (np.stack([shard[part][i] for shard, i in rows]) for part in range(3))
        return self.shown(seen, whites), torch.from_numpy(answers)


def varied(rng, pictures, cast):
    """Mirrored, moved by a few pixels, a little lighter or darker, in a light that the camera takes for warmer or colder than it is (by `cast`), noisy."""
    n = len(pictures)
    if rng.random() < .5:
        pictures = pictures.flip(3)
    pictures = torch.roll(pictures, tuple(int(s) for s in rng.integers(-3, 4, 2)), (2, 3))
    gain = torch.empty(n, 1).uniform_(-.2, .2) + torch.randn(n, 3) * .03 + torch.randn(n, 1) * cast * torch.tensor([1., 0, -1])
    pictures = (pictures + 1) * gain.exp()[:, :, None, None] - 1 + torch.empty(n, 1, 1, 1).uniform_(-.08, .08)
    return (pictures.clamp(-1, 1) + torch.randn_like(pictures) * .02).contiguous(memory_format=torch.channels_last)


def right_of(net, drawn):
    """Shares of colours and of bodies that are right."""
    right, count = np.zeros(2), 0
    with torch.no_grad():
        for seen, whites, answers in drawn.shards:
            for i in range(0, len(seen), 128):
                color, body, _ = net.split(net(drawn.shown(seen[i:i + 128], whites[i:i + 128])))
                right += [(color.argmax(1).numpy() == answers[i:i + 128, 0]).sum(), (body.argmax(1).numpy() == answers[i:i + 128, 1]).sum()]
            count += len(seen)
    return right / max(1, count)


def follow(averaged, net, step):
    keep = min(.996, step / (step + 10))
    with torch.no_grad():
        for mine, its in [*zip(averaged.parameters(), net.parameters()), *zip(averaged.buffers(), net.buffers())]:
            mine.lerp_(its, 1 - keep) if mine.dtype.is_floating_point else mine.copy_(its)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--by-plate", action="store_true")
    parser.add_argument("--minutes", type=float, default=35)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="start")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(options.seed)
    drawn, held_out = (Drawn(held_out, options.by_plate) for held_out in (False, True))
    if not drawn.shards:
        sys.exit("there are no drawn vehicles yet; run training/vehicles/shards.py 0 60 first")
    net = VehicleNet().to(memory_format=torch.channels_last)
    if options.start:
        net.load_state_dict(torch.load(options.start))
    averaged = copy.deepcopy(net).eval()
    optimizer = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=.02)
    fast = "avx512_bf16" in open("/proc/cpuinfo").read()
    began, step, losses = time.time(), 0, []
    net.train()
    while (share := (time.time() - began) / (60 * options.minutes)) < 1:
        if step % 200 == 0:
            drawn.refresh()
        for group in optimizer.param_groups:
            group["lr"] = options.rate * min(1, (step + 1) / 100) * (.5 + .5 * math.cos(math.pi * share)) + 1e-5
        pictures, answers = drawn.some(rng, BATCH)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            said = net(varied(rng, pictures, CAST_BY_PLATE if options.by_plate else CAST))
        color, body, view = net.split(said.float())
        loss = cross_entropy(color, answers[:, 0], label_smoothing=.05) + .5 * cross_entropy(body, answers[:, 1], label_smoothing=.05) + .3 * cross_entropy(view, answers[:, 2])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        step += 1
        follow(averaged, net, step)
        losses.append(loss.item())
        if step % 250 == 0:
            torch.save(averaged.state_dict(), options.out)
            print(f"step {step}  {time.time() - began:.0f} s  loss {np.mean(losses[-250:]):.3f}  of {drawn.ends[-1]}  held out: color, body "
                  f"{' '.join(f'{v:.3f}' for v in right_of(averaged, held_out))}", flush=True)
    torch.save(averaged.state_dict(), options.out)
    print(f"{step} steps, colors right of held-out drawings: {right_of(averaged, held_out)[0]:.3f} of {', '.join(COLORS)}")


if __name__ == "__main__":
    main()
