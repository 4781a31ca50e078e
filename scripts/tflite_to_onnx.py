#!/usr/bin/env python3
"""Converts an EfficientDet-Lite TensorFlow Lite file to ONNX.

usage: tflite_to_onnx.py IN.tflite OUT.onnx [CLASS,CLASS…]

Quantised weights become floats; the layout turns from NHWC to NCHW; the detection post-processing, which ONNX
cannot express, is cut off, so that OUT gives the raw boxes [1, anchors, 4] and class scores [1, anchors, classes].
The anchors are written beside it as OUT.anchors.bin: little-endian float32 rows of centre y, centre x, height,
width, in units of the input side. With a list of class numbers only their scores are kept, in that order: those of
the others are not even computed, which saves a third of the time. Needs Debian's python3-onnx and python3-numpy.
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
    def __init__(self, data, kept_classes=None):
        self.kept_classes = kept_classes
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

    def shape(self, tensor):
        return [int(side) for side in self.tensors[tensor].array(0, "<i4")]

    def name(self, tensor):
        return self.names.get(tensor, f"t{tensor}")

    def constant(self, tensor):
        """The tensor's stored value as float (integers without a scale stay integers), or None."""
        table = self.tensors[tensor]
        raw = self.buffers[table.scalar(2, "<I")].array(0, "u1")
        if raw.size == 0:
            return None
        value = raw.view(numpy.dtype(TENSOR_TYPES[table.scalar(1, "<b")])).reshape(self.shape(tensor))
        quantisation = table.table(4)
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
        self.weights[name] = numpy_helper.from_array(numpy.ascontiguousarray(value), name)
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
            self.nodes.append(helper.make_node("Clip", [plain], [output], min=0.0, max=6.0))
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
        kernel = self.constant(inputs[1])
        padding, stride_w, stride_h = options.scalar(0, "<b"), options.scalar(1, "<i"), options.scalar(2, "<i")
        if depthwise:
            kernel = kernel.transpose(3, 0, 1, 2)
            activation, group = options.scalar(4, "<b"), self.shape(inputs[0])[3]
        else:
            kernel = kernel.transpose(0, 3, 1, 2)
            activation, group = options.scalar(3, "<b"), 1
        operands = [self.name(inputs[0]), self.weight(f"w{output}", self.kept(kernel))]
        if len(inputs) > 2 and inputs[2] >= 0:
            operands.append(self.weight(f"b{output}", self.kept(self.constant(inputs[2]))))
        size, strides = list(kernel.shape[2:]), [stride_h, stride_w]
        self.node("Conv", operands, self.name(output), activation, kernel_shape=size, strides=strides, group=group,
                  pads=self.pads(inputs[0], size, strides, padding))

    def pooling(self, inputs, output, options):
        strides = [options.scalar(2, "<i"), options.scalar(1, "<i")]
        size = [options.scalar(4, "<i"), options.scalar(3, "<i")]
        self.node("MaxPool", [self.name(inputs[0])], self.name(output), options.scalar(5, "<b"), kernel_shape=size,
                  strides=strides, pads=self.pads(inputs[0], size, strides, options.scalar(0, "<b")))

    def enlarge(self, inputs, output):
        (height, width), (to_height, to_width) = self.shape(inputs[0])[1:3], self.shape(output)[1:3]
        # A hair more than the ratio, so that rounding down inside Resize gives the wanted size.
        scales = numpy.float32([1, 1, (to_height + 0.01) / height, (to_width + 0.01) / width])
        self.node("Resize", [self.name(inputs[0]), self.weight(f"s{output}", scales)], self.name(output), mode="nearest")

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
            self.node("Add", [self.operand(i) for i in inputs], self.name(output), options.scalar(0, "<b"))
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
        _, height, width, channels = self.shape(entry)
        # Stable names, so that the C++ side does not depend on tensor numbers.
        self.node("Identity", [self.name(boxes)], "boxes")
        self.node("Identity", [self.name(scores)], "scores")
        score_shape = [*self.shape(scores)[:-1], len(self.kept_classes or range(self.classes))]
        value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, "efficientdet", [value(self.name(entry), [1, channels, height, width])],
                                  [value("boxes", self.shape(boxes)), value("scores", score_shape)],
                                  list(self.weights.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 10)])
        model.ir_version = 6
        onnx.checker.check_model(model)
        return model, self.constant(anchors)


def main():
    if len(sys.argv) not in (3, 4):
        sys.stderr.write(__doc__)
        return 2
    kept_classes = [int(number) for number in sys.argv[3].split(",")] if len(sys.argv) == 4 else None
    with open(sys.argv[1], "rb") as source:
        model, anchors = Converter(source.read(), kept_classes).convert()
    # Renamed into place at the end: a half-written model is never picked up.
    with open(sys.argv[2] + ".anchors.bin", "wb") as target:
        target.write(anchors.astype("<f4").tobytes())
    onnx.save(model, sys.argv[2] + ".part")
    os.replace(sys.argv[2] + ".part", sys.argv[2])
    print(f"{sys.argv[2]}: {len(model.graph.node)} nodes, {len(anchors)} anchors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
