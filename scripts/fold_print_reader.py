#!/usr/bin/env python3
"""Makes PP-OCRv4's published recogniser cheaper to run, with the same answers.

usage: fold_print_reader.py IN.onnx OUT.onnx

The published graph spells hard swish out in four operators and scales and shifts with one number each before and behind
it: a third of its time goes there. Here hard swish is one operator, which the runtime joins with the convolution before it,
and the numbers go into the convolutions. Only a shift before a convolution that pads stays: the padding must not be
shifted with it. Needs Debian's python3-onnx and python3-numpy.
"""
import os
import sys

try:
    import numpy
    import onnx
    from onnx import helper, numpy_helper
except ImportError:
    # A python3 of another origin may shadow Debian's, which has the packages.
    if os.path.exists("/usr/bin/python3") and os.environ.get("FOLD_PRINT_READER_RETRIED") != "1":
        os.environ["FOLD_PRINT_READER_RETRIED"] = "1"
        os.execv("/usr/bin/python3", ["/usr/bin/python3", os.path.abspath(__file__), *sys.argv[1:]])
    sys.exit("fold_print_reader: install the Debian packages python3-onnx and python3-numpy")

OPSET = 14  # the first with HardSwish


class Folder:
    def __init__(self, graph):
        self.graph = graph
        self.values = {n.output[0]: numpy_helper.to_array(n.attribute[0].t) for n in graph.node if n.op_type == "Constant"}
        self.nodes = [n for n in graph.node if n.op_type != "Constant"]
        self.weights = {}

    def users(self, name):
        return [n for n in self.nodes if name in n.input]

    def only_user(self, node, kind):
        """The one node that takes what `node` gives, when it is of that kind."""
        users = self.users(node.output[0])
        return users[0] if len(users) == 1 and users[0].op_type == kind else None

    def number(self, node):
        """The one number among a node's inputs, or None."""
        for name in node.input:
            value = self.values.get(name)
            if value is not None and value.size == 1 and "affine" in name:
                return float(value.reshape(()))
        return None

    def affine_behind(self, node):
        """(Mul, Add, factor, shift) where one number scales and another shifts what `node` gives, or None."""
        mul = self.only_user(node, "Mul")
        add = self.only_user(mul, "Add") if mul is not None and self.number(mul) is not None else None
        if add is None or self.number(add) is None:
            return None
        return mul, add, self.number(mul), self.number(add)

    def remove(self, gone, before, after):
        """Takes nodes out; what they made of `before` is `before` itself from now on."""
        self.nodes = [n for n in self.nodes if all(n is not g for g in gone)]
        for node in self.nodes:
            for i, name in enumerate(node.input):
                if name == after:
                    node.input[i] = before

    def kernel_and_bias(self, conv):
        kernel = self.weights.get(conv.input[1], self.values.get(conv.input[1])).astype("f8")
        name = conv.input[2] if len(conv.input) > 2 else ""
        bias = self.weights.get(name, self.values.get(name)) if name else numpy.zeros(len(kernel))
        return kernel, bias.astype("f8")

    def set_conv(self, conv, kernel, bias):
        names = [conv.output[0] + "_kernel", conv.output[0] + "_bias"]
        self.weights.update(zip(names, (kernel, bias)))
        del conv.input[1:]
        conv.input.extend(names)

    def fold_behind(self, conv):
        found = self.affine_behind(conv)
        if found:
            mul, add, factor, shift = found
            kernel, bias = self.kernel_and_bias(conv)
            self.set_conv(conv, kernel * factor, bias * factor + shift)
            self.remove([mul, add], conv.output[0], add.output[0])

    def join_hard_swish(self, clip):
        """x, x + 3 clipped to 0..6, their product, a sixth of it."""
        add = next((n for n in self.nodes if n.output[0] == clip.input[0]), None)
        product = self.only_user(clip, "Mul")
        sixth = self.only_user(product, "Div") if product is not None else None
        if add is None or sixth is None or self.values.get(add.input[1], numpy.zeros(2)).size != 1:
            return
        source = add.input[0]
        at = next(i for i, n in enumerate(self.nodes) if n is sixth)
        self.nodes[at] = helper.make_node("HardSwish", [source], [sixth.output[0]])
        self.nodes = [n for n in self.nodes if all(n is not g for g in (add, clip, product))]

    def fold_ahead(self, swish):
        found = self.affine_behind(swish)
        if not found:
            return
        mul, add, factor, shift = found
        users = self.users(add.output[0])
        if not users or any(u.op_type != "Conv" for u in users):
            return
        pads = any(any(a.name == "pads" and any(a.ints) for a in conv.attribute) for conv in users)
        if pads and factor == 0:
            return
        for conv in users:
            kernel, bias = self.kernel_and_bias(conv)
            self.set_conv(conv, kernel * factor, bias if pads else bias + shift * kernel.sum((1, 2, 3)))
        if not pads:
            self.remove([mul, add], swish.output[0], add.output[0])
            return
        # factor * (x + shift / factor): the factor is in the kernel now.
        self.remove([mul], swish.output[0], mul.output[0])
        name = add.output[0] + "_shift"
        self.weights[name] = numpy.float64(shift / factor)
        for i, known in enumerate(add.input):
            if known != swish.output[0]:
                add.input[i] = name

    def raise_version(self):
        """What changed between the published version of the operators and OPSET, among those that are in use."""
        for node in self.nodes:
            attributes = {a.name: a for a in node.attribute}
            if node.op_type == "Squeeze":
                name = node.output[0] + "_axes"
                self.values[name] = numpy.int64(list(attributes["axes"].ints))
                del node.attribute[:]
                node.input.append(name)
            elif node.op_type == "Softmax" and attributes["axis"].i not in (2, 3, -1):
                raise ValueError("a softmax over more than the last side has another meaning now")

    def fold(self):
        for node in list(self.nodes):
            if node.op_type == "Conv":
                self.fold_behind(node)
        for node in list(self.nodes):
            if node.op_type == "Clip":
                self.join_hard_swish(node)
        for node in list(self.nodes):
            if node.op_type == "HardSwish":
                self.fold_ahead(node)
        used = {name for node in self.nodes for name in node.input}
        constants = [helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value, name))
                     for name, value in self.values.items() if name in used]
        del self.graph.node[:]
        self.graph.node.extend(constants + self.nodes)
        self.graph.initializer.extend(numpy_helper.from_array(value.astype("f4"), name)
                                      for name, value in self.weights.items() if name in used)


def main():
    if len(sys.argv) != 3:
        sys.stderr.write(__doc__)
        return 2
    model = onnx.load(sys.argv[1])
    before = len(model.graph.node)
    folder = Folder(model.graph)
    folder.raise_version()
    folder.fold()
    model.opset_import[0].version = OPSET
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, sys.argv[2] + ".part")
    os.replace(sys.argv[2] + ".part", sys.argv[2])
    print(f"{sys.argv[2]}: {before} nodes became {len(model.graph.node)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
