#!/usr/bin/env python3
"""Converts an EfficientDet-Lite TensorFlow Lite file to ONNX.

usage: tflite_to_onnx.py [--int8] IN.tflite OUT.onnx [CLASS,CLASS…]

Quantised weights become floats, or with --int8 stay what they are, as do all values between the layers: three times
quicker where the processor multiplies 8-bit numbers (AVX-512 VNNI, AVX-VNNI), and wrong on older ones, whose sums of
two products do not fit. The layout turns from NHWC to NCHW; the detection post-processing, which ONNX cannot express,
is cut off, so that OUT gives the raw boxes [1, anchors, 4] and class scores [1, anchors, classes].

The sides of the input may be any multiples of 64: what lies in the picture is found at the same place of the same
level's grid, which then has fewer rows or columns. The anchors are written beside OUT as OUT.anchors.bin, for the
file's own size: little-endian float32 rows of centre y, centre x, height, width, in units of that input's side, level
by level, row by row. With a list of class numbers only their scores are kept, in that order: those of the others are
not even computed, which saves a third of the time. Needs Debian's python3-onnx and python3-numpy.
"""
import os
import struct
import sys

try:
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ImportError:
    # A python3 of another origin may shadow Debian's, which has the packages.
    if os.path.exists("/usr/bin/python3") and os.environ.get("TFLITE_TO_ONNX_RETRIED") != "1":
        os.environ["TFLITE_TO_ONNX_RETRIED"] = "1"
        os.execv("/usr/bin/python3", ["/usr/bin/python3", os.path.abspath(__file__), *sys.argv[1:]])
    sys.exit("tflite_to_onnx: install the Debian packages python3-onnx and python3-numpy")

# Operator numbers of the TensorFlow Lite schema.
ADD, CONCATENATION, CONV_2D, DEPTHWISE_CONV_2D, DEQUANTIZE = 0, 2, 3, 4, 6
LOGISTIC, MAX_POOL_2D, RESHAPE, CUSTOM, RESIZE_NEAREST, QUANTIZE = 14, 17, 22, 32, 97, 114

TENSOR_TYPES = {0: "<f4", 2: "<i4", 3: "u1", 4: "<i8", 9: "i1"}
SAME_PADDING = 0


class Table:
    """A FlatBuffers table: fields are found through its vtable by number."""

    def __init__(self, data, position):
        self.data = data
        self.position = position
        self.vtable = position - struct.unpack_from("<i", data, position)[0]
        self.vtable_bytes = struct.unpack_from("<H", data, self.vtable)[0]

    def _field(self, number):
        slot = 4 + 2 * number
        if slot >= self.vtable_bytes:
            return None
        offset = struct.unpack_from("<H", self.data, self.vtable + slot)[0]
        return self.position + offset if offset else None

    def _follow(self, at):
        return at + struct.unpack_from("<I", self.data, at)[0]

    def scalar(self, number, layout, default=0):
        at = self._field(number)
        return default if at is None else struct.unpack_from(layout, self.data, at)[0]

    def table(self, number):
        at = self._field(number)
        return None if at is None else Table(self.data, self._follow(at))

    def _vector(self, number):
        at = self._field(number)
        if at is None:
            return 0, 0
        at = self._follow(at)
        return struct.unpack_from("<I", self.data, at)[0], at + 4

    def tables(self, number):
        count, start = self._vector(number)
        return [Table(self.data, self._follow(start + 4 * i)) for i in range(count)]

    def array(self, number, dtype):
        count, start = self._vector(number)
        return numpy.frombuffer(self.data, dtype, count, start) if count else numpy.zeros(0, dtype)

    def text(self, number):
        return self.array(number, "u1").tobytes().decode()


class Converter:
    def __init__(self, data, kept_classes=None, int8=False):
        self.kept_classes, self.int8 = kept_classes, int8
        model = Table(data, struct.unpack_from("<I", data, 0)[0])
        self.buffers = model.tables(4)
        self.graph = model.tables(2)[0]
        self.tensors = self.graph.tables(0)
        self.opcodes = []
        for code in model.tables(1):
            number = max(code.scalar(0, "<b"), code.scalar(3, "<i"))
            self.opcodes.append((number, code.text(1) if number == CUSTOM else ""))
        self.nodes = []
        self.weights = {}
        self.names = {}
        self.detection = None
        self.classes = self.class_count()

    def class_count(self):
        """How many classes the scores tell apart, as the post-processing's inputs say."""
        for op in self.graph.tables(3):
            if self.opcodes[op.scalar(0, "<I")][0] == CUSTOM:
                return self.shape(int(op.array(1, "<i4")[1]))[-1]
        return 0

    def kept(self, value):
        """The rows of a class head's last convolution (anchor by anchor, class by class) that belong to kept classes."""
        if self.kept_classes is None or value.shape[0] % self.classes or value.shape[0] == self.classes:
            return value
        return value.reshape(-1, self.classes, *value.shape[1:])[:, self.kept_classes].reshape(-1, *value.shape[1:])

    def stored(self, tensor):
        """The tensor's stored value as it is, or None."""
        table = self.tensors[tensor]
        raw = self.buffers[table.scalar(2, "<I")].array(0, "u1")
        return raw.view(numpy.dtype(TENSOR_TYPES[table.scalar(1, "<b")])).reshape(self.shape(tensor)) if raw.size else None

    def steps(self, tensor):
        """Names of the scale and the zero point of a tensor's values, as bytes without a sign: what is stored plus 128."""
        quantisation = self.tensors[tensor].table(4)
        scale, zero = quantisation.array(2, "<f4"), int(quantisation.array(3, "<i8")[0])
        if self.tensors[tensor].scalar(1, "<b") == 9:
            zero += 128
        return [self.weight(f"scale{tensor}", scale[0]), self.weight(f"zero{tensor}", numpy.uint8(zero))]

    def shape(self, tensor):
        return [int(side) for side in self.tensors[tensor].array(0, "<i4")]

    def name(self, tensor):
        return self.names.get(tensor, f"t{tensor}")

    def constant(self, tensor):
        """The tensor's stored value as float (integers without a scale stay integers), or None."""
        value = self.stored(tensor)
        if value is None:
            return None
        quantisation = self.tensors[tensor].table(4)
        scales = quantisation.array(2, "<f4") if quantisation else numpy.zeros(0)
        if value.dtype.kind == "f" or scales.size == 0:
            return value
        zeros = quantisation.array(3, "<i8")
        if zeros.size != scales.size:
            zeros = numpy.zeros(scales.size, "<i8")
        along = [1] * value.ndim
        if scales.size > 1:
            along[quantisation.scalar(6, "<i")] = scales.size
        value = (value.astype("f8") - zeros.reshape(along)) * scales.astype("f8").reshape(along)
        return value.astype("f4")

    def weight(self, name, value):
        self.weights[name] = numpy_helper.from_array(numpy.array(value, order="C"), name)
        return name

    def operand(self, tensor):
        value = self.constant(tensor)
        if value is None:
            return self.name(tensor)
        if value.ndim == 4:
            value = value.transpose(0, 3, 1, 2)
        return self.weight(f"c{tensor}", value.astype("f4"))

    def node(self, kind, inputs, output, activation=0, **attributes):
        """Adds a node and, for activation 1 (ReLU) or 3 (ReLU6), the node after it."""
        plain = output if activation == 0 else output + "_before"
        self.nodes.append(helper.make_node(kind, inputs, [plain], **attributes))
        if activation == 1:
            self.nodes.append(helper.make_node("Relu", [plain], [output]))
        elif activation == 3:
            bounds = [self.weight("clip_from", numpy.float32(0)), self.weight("clip_to", numpy.float32(6))]
            self.nodes.append(helper.make_node("Clip", [plain, *bounds], [output]))
        elif activation != 0:
            raise ValueError(f"activation {activation} is not known")

    def pads(self, tensor, kernel, strides, padding):
        """TensorFlow's SAME padding puts the odd pixel at the end."""
        if padding != SAME_PADDING:
            return [0, 0, 0, 0]
        before, after = [], []
        for side, size, stride in zip(self.shape(tensor)[1:3], kernel, strides):
            outputs = -(-side // stride)
            total = max((outputs - 1) * stride + size - side, 0)
            before.append(total // 2)
            after.append(total - total // 2)
        return before + after

    def convolution(self, inputs, output, options, depthwise):
        order = (3, 0, 1, 2) if depthwise else (0, 3, 1, 2)
        padding, stride_w, stride_h = options.scalar(0, "<b"), options.scalar(1, "<i"), options.scalar(2, "<i")
        activation, group = (options.scalar(4, "<b"), self.shape(inputs[0])[3]) if depthwise else (options.scalar(3, "<b"), 1)
        value = self.stored if self.int8 else self.constant
        kernel = self.kept(value(inputs[1]).transpose(order))
        bias = self.kept(value(inputs[2]))
        weight, bias = self.weight(f"w{output}", kernel), self.weight(f"b{output}", bias)
        size, strides = list(kernel.shape[2:]), [stride_h, stride_w]
        how = dict(kernel_shape=size, strides=strides, group=group, pads=self.pads(inputs[0], size, strides, padding))
        if not self.int8:
            self.node("Conv", [self.name(inputs[0]), weight, bias], self.name(output), activation, **how)
            return
        # The activation is in the range of the output's values already.
        scales = self.kept(self.tensors[inputs[1]].table(4).array(2, "<f4"))
        of_weight = [self.weight(f"scale_w{output}", scales), self.weight(f"zero_w{output}", numpy.zeros(len(scales), "i1"))]
        self.node("QLinearConv", [self.name(inputs[0]), *self.steps(inputs[0]), weight, *of_weight, *self.steps(output), bias],
                  self.name(output), **how)

    def add(self, inputs, output, options):
        if not self.int8:
            self.node("Add", [self.operand(i) for i in inputs], self.name(output), options.scalar(0, "<b"))
            return
        a, b = inputs
        self.node("QLinearAdd", [self.name(a), *self.steps(a), self.name(b), *self.steps(b), *self.steps(output)], self.name(output),
                  domain="com.microsoft")

    def pooling(self, inputs, output, options):
        strides = [options.scalar(2, "<i"), options.scalar(1, "<i")]
        size = [options.scalar(4, "<i"), options.scalar(3, "<i")]
        self.node("MaxPool", [self.name(inputs[0])], self.name(output), options.scalar(5, "<b"), kernel_shape=size,
                  strides=strides, pads=self.pads(inputs[0], size, strides, options.scalar(0, "<b")))

    def enlarge(self, inputs, output):
        """To the size of what the outcome is added to, which depends on the input's size."""
        add = next(op for op in self.graph.tables(3) if output in op.array(1, "<i4"))
        other = next(int(i) for i in add.array(1, "<i4") if i != output)
        if self.opcodes[add.scalar(0, "<I")][0] != ADD or self.shape(other) != self.shape(output):
            raise ValueError("something is enlarged for another purpose than adding")
        self.node("Shape", [self.name(other)], f"size{output}")
        self.node("Resize", [self.name(inputs[0]), "", "", f"size{output}"], self.name(output), mode="nearest",
                  coordinate_transformation_mode="asymmetric", nearest_mode="floor")

    def reshape(self, inputs, output):
        source, target = self.name(inputs[0]), self.shape(output)
        if len(self.shape(inputs[0])) == 4:
            self.node("Transpose", [source], f"n{output}", perm=[0, 2, 3, 1])
            source = f"n{output}"
        if len(target) == 4 and target[2] == 1:
            target = [target[0], target[1], target[3]]
        if self.kept_classes is not None and target[-1] == self.classes:
            target = [*target[:-1], len(self.kept_classes)]
        self.node("Reshape", [source, self.weight(f"r{output}", numpy.int64([target[0], -1, *target[2:]]))],
                  self.name(output))

    def operator(self, op):
        code, custom = self.opcodes[op.scalar(0, "<I")]
        inputs = [int(i) for i in op.array(1, "<i4")]
        outputs = [int(i) for i in op.array(2, "<i4")]
        output, options = outputs[0], op.table(4)
        if code in (CONV_2D, DEPTHWISE_CONV_2D):
            self.convolution(inputs, output, options, code == DEPTHWISE_CONV_2D)
        elif code == ADD:
            self.add(inputs, output, options)
        elif code == LOGISTIC and self.int8:
            self.node("QLinearSigmoid", [self.name(inputs[0]), *self.steps(inputs[0]), *self.steps(output)], self.name(output),
                      domain="com.microsoft")
        elif code == LOGISTIC:
            self.node("Sigmoid", [self.name(inputs[0])], self.name(output))
        elif code == MAX_POOL_2D:
            self.pooling(inputs, output, options)
        elif code == RESIZE_NEAREST:
            self.enlarge(inputs, output)
        elif code == CONCATENATION:
            self.node("Concat", [self.name(i) for i in inputs], self.name(output), axis=1)
        elif code == RESHAPE:
            self.reshape(inputs, output)
        elif code == QUANTIZE and self.int8:
            # Both sides have the same steps: the input's bytes, plus nothing.
            self.node("QuantizeLinear", [self.name(inputs[0]), *self.steps(output)], self.name(output))
        elif code == DEQUANTIZE and self.int8:
            self.node("DequantizeLinear", [self.name(inputs[0]), *self.steps(inputs[0])], self.name(output))
        elif code in (QUANTIZE, DEQUANTIZE):
            self.names[output] = self.name(inputs[0])
        elif code == CUSTOM and custom == "TFLite_Detection_PostProcess":
            self.detection = inputs
        else:
            raise ValueError(f"operator {code} {custom} is not known")

    def convert(self):
        for op in self.graph.tables(3):
            self.operator(op)
        if self.detection is None:
            raise ValueError("the model does not end in TFLite_Detection_PostProcess")
        boxes, scores, anchors = self.detection
        entry = int(self.graph.array(1, "<i4")[0])
        channels = self.shape(entry)[3]
        # Stable names, so that the C++ side does not depend on tensor numbers.
        self.node("Identity", [self.name(boxes)], "boxes")
        self.node("Identity", [self.name(scores)], "scores")
        kept = len(self.kept_classes or range(self.classes))
        value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, "efficientdet", [value(self.name(entry), [1, channels, "height", "width"])],
                                  [value("boxes", [1, "anchors", 4]), value("scores", [1, "anchors", kept])],
                                  list(self.weights.values()))
        domains = [helper.make_opsetid("", 13)] + [helper.make_opsetid("com.microsoft", 1)] * self.int8
        model = helper.make_model(graph, opset_imports=domains)
        model.ir_version = 7
        if not self.int8:  # the checker does not know the runtime's own operators
            onnx.checker.check_model(model)
        return model, self.constant(anchors)


def main():
    args = [a for a in sys.argv[1:] if a != "--int8"]
    if len(args) not in (2, 3):
        sys.stderr.write(__doc__)
        return 2
    kept_classes = [int(number) for number in args[2].split(",")] if len(args) == 3 else None
    with open(args[0], "rb") as source:
        model, anchors = Converter(source.read(), kept_classes, "--int8" in sys.argv).convert()
    # Renamed into place at the end: a half-written model is never picked up.
    with open(args[1] + ".anchors.bin", "wb") as target:
        target.write(anchors.astype("<f4").tobytes())
    onnx.save(model, args[1] + ".part")
    os.replace(args[1] + ".part", args[1])
    print(f"{args[1]}: {len(model.graph.node)} nodes, {len(anchors)} anchors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
