"""The plate reader: a straightened plate to its characters.

The network is the one of PP-OCRv4's English text recogniser (PP-LCNetV3 backbone, two SVTR mixing blocks, CTC head), started from
its published weights (Apache-2.0) and trained further on plates. It differs in three ways: the learnable affine pairs behind each
convolution are folded into the convolutions, the picture is KEEP_HEIGHT rows high instead of 48 so that the characters of a plate
with print above and below them keep their detail, and the head knows the 36 characters of plates and the blank.

    net = PlateReader.from_pp_ocr("en_PP-OCRv4_rec.onnx")
    logits = net(crops)          # crops: float [n, 3, HEIGHT, WIDTH], BGR, (x / 255 - 0.5) / 0.5; logits: [n, STEPS, 37]
"""
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F

HEIGHT, WIDTH = 64, 192  # px
STEPS = WIDTH // 8
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # class i + 1; class 0 is the blank
# Where PP-OCR's head keeps them: blank, then its dictionary, in which ten digits are followed by seven signs and A-Z.
PP_OCR_CLASSES = [0] + list(range(1, 11)) + list(range(18, 44))
PP_OCR_LOWER_CASE = list(range(50, 76))


class Unit(nn.Module):
    """A convolution and, unless it is the stem, hard swish."""

    def __init__(self, conv, active):
        super().__init__()
        self.conv, self.active = conv, active

    def forward(self, x):
        x = self.conv(x)
        return F.hardswish(x) if self.active else x


class Squeeze(nn.Module):
    """Scale and shift of what comes in, then squeeze and excitation (hard sigmoid of slope 1/6 as PP-LCNet has it)."""

    def __init__(self, scale, shift, down, up, slope, offset):
        super().__init__()
        self.scale, self.shift = nn.Parameter(scale), nn.Parameter(shift)
        self.down, self.up, self.slope, self.offset = down, up, slope, offset

    def forward(self, x):
        x = x * self.scale + self.shift
        gate = self.up(F.relu(self.down(x.mean((2, 3), keepdim=True))))
        return x * torch.clamp(gate * self.slope + self.offset, 0, 1)


class Mixing(nn.Module):
    """A pre-norm transformer block over the columns (SVTR's global mixing)."""

    def __init__(self, width, heads=8):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-5), nn.LayerNorm(width, eps=1e-5)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x):
        n, t, c = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax((q * (c // self.heads) ** -0.5) @ k.transpose(2, 3), dim=3)
        x = x + self.proj((weights @ v).transpose(1, 2).reshape(n, t, c))
        return x + self.down(F.silu(self.up(self.norm2(x))))


class PlateReader(nn.Module):
    def __init__(self, backbone, neck_in, neck_squeeze, blocks, norm, neck_out, neck_join, neck_last, head):
        super().__init__()
        self.backbone = backbone
        self.neck_in, self.neck_squeeze, self.blocks, self.norm = neck_in, neck_squeeze, blocks, norm
        self.neck_out, self.neck_join, self.neck_last, self.head = neck_out, neck_join, neck_last, head
        self.drop = nn.Dropout(0.1)

    def features(self, x):
        x = self.backbone(x)
        return F.avg_pool2d(x, (HEIGHT // 16, 2))

    def forward(self, x):
        pooled = self.features(x)
        z = F.silu(self.neck_squeeze(F.silu(self.neck_in(pooled))))
        z = z.squeeze(2).transpose(1, 2)
        for block in self.blocks:
            z = block(z)
        z = self.norm(z).transpose(1, 2).unsqueeze(2)
        z = F.silu(self.neck_out(z))
        z = F.silu(self.neck_join(torch.cat([pooled, z], 1)))
        z = F.silu(self.neck_last(z)).squeeze(2).transpose(1, 2)
        return self.head(self.drop(z))

    @staticmethod
    def from_pp_ocr(path):
        return _Loader(path).load()


class _Loader:
    """Walks the published graph in order and folds what can be folded."""

    def __init__(self, path):
        graph = onnx.load(path).graph
        self.values = {n.output[0]: numpy_helper.to_array(n.attribute[0].t) for n in graph.node if n.op_type == "Constant"}
        self.nodes = [n for n in graph.node if n.op_type != "Constant"]
        self.at = 0

    def value(self, name):
        return torch.from_numpy(np.array(self.values[name], dtype=np.float32))

    def conv_of(self, node):
        attributes = {a.name: list(a.ints) or a.i for a in node.attribute}
        weight = self.value(node.input[1])
        pads = attributes["pads"]
        conv = nn.Conv2d(weight.shape[1] * attributes["group"], weight.shape[0], tuple(weight.shape[2:]), tuple(attributes["strides"]),
                         (pads[0], pads[1]), groups=attributes["group"])
        conv.weight.data = weight.clone()
        conv.bias.data = self.value(node.input[2]).clone() if len(node.input) > 2 else torch.zeros(weight.shape[0])
        return conv

    def fold_norm(self, conv, node):
        gamma, beta, mean, var = (self.value(node.input[i]) for i in (1, 2, 3, 4))
        epsilon = next(a.f for a in node.attribute if a.name == "epsilon")
        scale = gamma / torch.sqrt(var + epsilon)
        conv.weight.data *= scale[:, None, None, None]
        conv.bias.data = (conv.bias.data - mean) * scale + beta

    def affine(self):
        scale = self.value(next(i for i in self.nodes[self.at].input if "affine" in i)).reshape(())
        shift = self.value(next(i for i in self.nodes[self.at + 1].input if "affine" in i)).reshape(())
        self.at += 2
        return scale, shift

    def next_is_affine(self):
        return any("affine" in i for i in self.nodes[self.at].input)

    def backbone(self):
        units, pending = [], (torch.tensor(1.0), torch.tensor(0.0))
        while self.nodes[self.at].op_type != "AveragePool":
            node = self.nodes[self.at]
            if node.op_type == "GlobalAveragePool":
                units.append(self.squeeze(pending))
                pending = (torch.tensor(1.0), torch.tensor(0.0))
                continue
            assert node.op_type == "Conv", node.op_type
            conv = self.conv_of(node)
            self.at += 1
            scale, shift = pending
            # What the affine pair before it did; at the border of a padded convolution this is an approximation.
            conv.bias.data += shift * conv.weight.data.sum((1, 2, 3))
            conv.weight.data *= scale
            pending = (torch.tensor(1.0), torch.tensor(0.0))
            if self.nodes[self.at].op_type == "BatchNormalization":
                self.fold_norm(conv, self.nodes[self.at])
                self.at += 1
                units.append(Unit(conv, False))
                continue
            scale, shift = self.affine()
            conv.weight.data *= scale
            conv.bias.data = conv.bias.data * scale + shift
            while not self.next_is_affine():  # hard swish, spelt out
                self.at += 1
            pending = self.affine()
            units.append(Unit(conv, True))
        self.last_affine = pending
        return nn.Sequential(*units)

    def squeeze(self, pending):
        self.at += 1
        down = self.conv_of(self.nodes[self.at])
        self.at += 2
        up = self.conv_of(self.nodes[self.at])
        self.at += 1
        hard = {a.name: a.f for a in self.nodes[self.at].attribute}
        self.at += 2  # the hard sigmoid and the product
        return Squeeze(*pending, down, up, hard.get("alpha", 0.2), hard.get("beta", 0.5))

    def upto(self, kind):
        while self.nodes[self.at].op_type != kind:
            self.at += 1
        node = self.nodes[self.at]
        self.at += 1
        return node

    def normed_conv(self):
        conv = self.conv_of(self.upto("Conv"))
        self.fold_norm(conv, self.upto("BatchNormalization"))
        return conv

    def linear(self, index):
        weight, bias = self.value(f"linear_{index}.w_0"), self.value(f"linear_{index}.b_0")
        layer = nn.Linear(*weight.shape)
        layer.weight.data, layer.bias.data = weight.t().contiguous().clone(), bias.clone()
        return layer

    def layer_norm(self, index):
        weight = self.value(f"layer_norm_{index}.w_0")
        layer = nn.LayerNorm(weight.shape[0], eps=1e-5)
        layer.weight.data, layer.bias.data = weight.clone(), self.value(f"layer_norm_{index}.b_0").clone()
        return layer

    def load(self):
        backbone = self.backbone()
        self.at += 1
        neck_in, neck_squeeze = self.normed_conv(), self.normed_conv()
        scale, shift = self.last_affine
        neck_in.bias.data += shift * neck_in.weight.data.sum((1, 2, 3))
        neck_in.weight.data *= scale
        blocks = nn.ModuleList()
        for i in range(2):
            block = Mixing(120)
            block.norm1, block.norm2 = self.layer_norm(2 * i), self.layer_norm(2 * i + 1)
            block.qkv, block.proj = self.linear(4 * i), self.linear(4 * i + 1)
            block.up, block.down = self.linear(4 * i + 2), self.linear(4 * i + 3)
            blocks.append(block)
        norm = self.layer_norm(4)
        neck_out, neck_join, neck_last = self.normed_conv(), self.normed_conv(), self.normed_conv()
        # neck_join saw the pooled features behind the same affine pair.
        pooled = slice(0, neck_in.weight.shape[1])
        neck_join.bias.data += shift * neck_join.weight.data[:, pooled].sum((1, 2, 3))
        neck_join.weight.data[:, pooled] *= scale
        whole = self.linear(8)
        head = nn.Linear(whole.in_features, len(ALPHABET) + 1)
        head.weight.data = whole.weight.data[PP_OCR_CLASSES].clone()
        head.bias.data = whole.bias.data[PP_OCR_CLASSES].clone()
        return PlateReader(backbone, neck_in, neck_squeeze, blocks, norm, neck_out, neck_join, neck_last, head)
