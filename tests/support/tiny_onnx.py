# SPDX-License-Identifier: Apache-2.0
"""Tiny models in ONNX with random weights and the metadata that sherpa-onnx reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from stresstest.seeds import rng_for

TOKENS = ["<blk>", *(f"▁{a}{b}" for a in "bdg" for b in "aeo"), *(f"{a}{b}" for a in "lmn" for b in "aeo")]
MELS, SIZE = 80, 16


def drawn(name: str, *shape: int) -> Any:
    return rng_for(0, "onnx", name).standard_normal(shape).astype(np.float32) * 0.3


def save(path: Path, nodes: list[Any], inputs: dict[str, Any], outputs: dict[str, Any], arrays: dict[str, Any],
         about: dict[str, str]) -> str:  # fmt: skip
    """inputs and outputs: name → (whole numbers?, shape)."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    def told(values: dict[str, Any]) -> list[Any]:
        kinds = (TensorProto.FLOAT, TensorProto.INT64)
        return [helper.make_tensor_value_info(name, kinds[whole], shape) for name, (whole, shape) in values.items()]

    made = [helper.make_node(kind, given, given_out, **how) for kind, given, given_out, how in nodes]
    held = [numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items()]
    graph = helper.make_graph(made, "tiny", told(inputs), told(outputs), held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    for key, value in about.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return str(path)


def every_fourth(weights: str) -> tuple[list[Any], dict[str, Any]]:
    """Every fourth frame times a matrix, `hidden`, and the number of frames that are left, `left`."""
    nodes = [
        ("Slice", ["x", "zero", "far", "one", "four"], ["some"], {}),
        ("MatMul", ["some", weights], ["hidden"], {}),
        ("Add", ["x_lens", "three"], ["more"], {}),
        ("Div", ["more", "four"], ["left"], {}),
    ]
    numbers = {"zero": 0, "one": 1, "three": 3, "four": 4, "far": 2**31}
    return nodes, {name: np.array([value]) for name, value in numbers.items()}


SOUND = {"x": (False, ["N", "T", MELS]), "x_lens": (True, ["N"])}


def tokens(folder: Path) -> str:
    path = folder / "tokens.txt"
    path.write_text("".join(f"{token} {k}\n" for k, token in enumerate(TOKENS)), encoding="utf-8")
    return str(path)


def ctc(folder: Path) -> dict[str, str]:
    """A layer of weights a frame, as a zipformer with a head for CTC is called."""
    nodes, numbers = every_fourth("weights")
    nodes += [("LogSoftmax", ["hidden"], ["log_probs"], {"axis": -1}), ("Identity", ["left"], ["log_probs_len"], {})]
    outputs = {"log_probs": (False, ["N", "S", len(TOKENS)]), "log_probs_len": (True, ["N"])}
    arrays = {**numbers, "weights": drawn("ctc", MELS, len(TOKENS))}
    about = {"model_type": "zipformer2_ctc", "version": "1", "model_author": "tests", "comment": "tiny"}
    return {"model": save(folder / "model.onnx", nodes, SOUND, outputs, arrays, about), "tokens": tokens(folder)}


def transducer(folder: Path) -> dict[str, str]:
    """Encoder, decoder of two tokens of context, and joiner: one layer each."""
    nodes, numbers = every_fourth("weights")
    nodes += [("Identity", ["hidden"], ["encoder_out"], {}), ("Identity", ["left"], ["encoder_out_lens"], {})]
    outputs = {"encoder_out": (False, ["N", "S", SIZE]), "encoder_out_lens": (True, ["N"])}
    arrays = {**numbers, "weights": drawn("encoder", MELS, SIZE)}
    made = {"encoder": save(folder / "encoder.onnx", nodes, SOUND, outputs, arrays, {"model_type": "conformer"})}
    nodes = [("Gather", ["table", "y"], ["rows"], {}), ("ReduceMean", ["rows"], ["decoder_out"],
             {"axes": [1], "keepdims": 0})]  # fmt: skip
    about = {"vocab_size": str(len(TOKENS)), "context_size": "2"}
    made["decoder"] = save(
        folder / "decoder.onnx", nodes, {"y": (True, ["N", 2])}, {"decoder_out": (False, ["N", SIZE])},
        {"table": drawn("decoder", len(TOKENS), SIZE)}, about,
    )  # fmt: skip
    nodes = [("Add", ["encoder_out", "decoder_out"], ["sum"], {}), ("Tanh", ["sum"], ["bent"], {}),
             ("MatMul", ["bent", "weights"], ["logit"], {})]  # fmt: skip
    inputs = {"encoder_out": (False, ["N", SIZE]), "decoder_out": (False, ["N", SIZE])}
    made["joiner"] = save(
        folder / "joiner.onnx", nodes, inputs, {"logit": (False, ["N", len(TOKENS)])},
        {"weights": drawn("joiner", SIZE, len(TOKENS))}, {"joiner_dim": str(SIZE)},
    )  # fmt: skip
    return {**made, "tokens": tokens(folder)}
