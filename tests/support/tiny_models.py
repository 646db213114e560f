# SPDX-License-Identifier: Apache-2.0
"""Tiny models with random weights, made by the classes of transformers and saved as published ones are."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

WHISPER_WORDS = ("<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|de|>", "<|translate|>", "<|transcribe|>",
                 "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>")  # fmt: skip
PROMPT = 4
"""Start, language, task, no timestamps: what Whisper is given before it writes."""
LETTERS = ["<pad>", "<s>", "</s>", "<unk>", "|", *string.ascii_uppercase, "'"]


def byte_letters() -> list[str]:
    """A printable letter for each byte, as the tokenizers of GPT-2 and Whisper have it."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    moved = iter(range(256, 512))
    return [chr(b) if b in kept else chr(next(moved)) for b in range(256)]


def whisper(folder: Path, says: str | None = None, mels: int = 80) -> Path:
    """A Whisper of two layers whose random answers depend on what it hears, or that always says one text."""
    import torch
    import transformers as hf

    tokenizer, ids = _whisper_tokenizer()
    size = len(tokenizer)
    config = hf.WhisperConfig(
        vocab_size=size, num_mel_bins=mels, d_model=64, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64, max_target_positions=448, init_std=0.3,
        pad_token_id=ids["<|endoftext|>"], bos_token_id=ids["<|endoftext|>"], eos_token_id=ids["<|endoftext|>"],
        decoder_start_token_id=ids["<|startoftranscript|>"], suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(7)
        model = hf.WhisperForConditionalGeneration(config)
        model.model.decoder.embed_tokens.weight.data[config.pad_token_id].normal_(std=0.3)  # the end; made as zeros
    if says is not None:
        _drill(model, [*tokenizer.encode(says, add_special_tokens=False), ids["<|endoftext|>"]])
    made = model.generation_config
    made._from_model_config, made.is_multilingual = False, True
    made.lang_to_id = {word: ids[word] for word in ("<|en|>", "<|de|>")}
    made.task_to_id = {task: ids[f"<|{task}|>"] for task in ("translate", "transcribe")}
    made.no_timestamps_token_id, made.prev_sot_token_id = ids["<|notimestamps|>"], ids["<|startofprev|>"]
    made.max_length, made.max_initial_timestamp_index = 40 if says is None else 448, 50
    model.save_pretrained(folder)
    hf.WhisperProcessor(hf.WhisperFeatureExtractor(feature_size=mels), tokenizer).save_pretrained(folder)
    return folder


def ctranslate2(folder: Path) -> Path:
    """The same Whisper as CTranslate2 wants it, by its own converter."""
    from ctranslate2.converters import TransformersConverter

    source = whisper(folder / "whisper")
    TransformersConverter(str(source), copy_files=["tokenizer.json"]).convert(str(folder / "converted"))
    return folder / "converted"


def _whisper_tokenizer() -> tuple[Any, dict[str, int]]:
    import transformers as hf
    from tokenizers import AddedToken

    tokenizer = hf.WhisperTokenizer(vocab={letter: k for k, letter in enumerate(byte_letters())}, merges=[])
    tokenizer.add_special_tokens(
        {"additional_special_tokens": [AddedToken(word, special=True) for word in WHISPER_WORDS[1:]]}
    )
    tokenizer.add_tokens([AddedToken(f"<|{k * 0.02:.2f}|>", special=False) for k in range(1501)])
    return tokenizer, {word: tokenizer.convert_tokens_to_ids(word) for word in WHISPER_WORDS}


def _drill(model: Any, tokens: list[int]) -> None:
    """Decoder layers that add nothing, and positions that point to the token that comes next."""
    import torch

    decoder = model.model.decoder
    with torch.no_grad():
        for layer in decoder.layers:
            for part in (layer.self_attn.out_proj, layer.encoder_attn.out_proj, layer.fc2):
                part.weight.zero_()
                part.bias.zero_()
        decoder.embed_positions.weight.zero_()
        for k, token in enumerate(tokens):
            decoder.embed_positions.weight[PROMPT - 1 + k] = 10 * decoder.embed_tokens.weight[token]


def ctc(folder: Path, kind: str = "wav2vec2", norm: str = "layer") -> Path:
    """wav2vec 2.0, HuBERT or WavLM with four small convolutions, two layers and a head over LETTERS."""
    import torch
    import transformers as hf

    config_class, model_class = {
        "wav2vec2": (hf.Wav2Vec2Config, hf.Wav2Vec2ForCTC),
        "hubert": (hf.HubertConfig, hf.HubertForCTC),
        "wavlm": (hf.WavLMConfig, hf.WavLMForCTC),
    }[kind]
    config = config_class(
        vocab_size=len(LETTERS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        conv_dim=(16, 16, 16, 16), conv_kernel=(10, 4, 4, 4), conv_stride=(8, 5, 4, 4), num_feat_extract_layers=4,
        conv_bias=norm == "layer", feat_extract_norm=norm, do_stable_layer_norm=norm == "layer",
        num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=2, pad_token_id=0, initializer_range=0.5,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model_class(config).save_pretrained(folder)
    (folder / "vocab.json").write_text(json.dumps({letter: k for k, letter in enumerate(LETTERS)}), encoding="utf-8")
    tokenizer = hf.Wav2Vec2CTCTokenizer(str(folder / "vocab.json"), pad_token="<pad>", word_delimiter_token="|")
    extractor = hf.Wav2Vec2FeatureExtractor(return_attention_mask=norm == "layer", do_normalize=True)
    hf.Wav2Vec2Processor(extractor, tokenizer).save_pretrained(folder)
    return folder


def moonshine(folder: Path) -> Path:
    """A Moonshine of two layers with a tokenizer of bytes."""
    import torch
    import transformers as hf

    tokenizer = _bytes_tokenizer()
    config = hf.MoonshineConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=32, encoder_num_hidden_layers=2,
        decoder_num_hidden_layers=2, encoder_num_attention_heads=2, decoder_num_attention_heads=2,
        initializer_range=0.5, bos_token_id=1, eos_token_id=2, pad_token_id=2, decoder_start_token_id=1,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(5)
        hf.MoonshineForConditionalGeneration(config).save_pretrained(folder)
    extractor = hf.Wav2Vec2FeatureExtractor(return_attention_mask=True, do_normalize=False)
    hf.Wav2Vec2Processor(extractor, tokenizer).save_pretrained(folder)
    return folder


def _bytes_tokenizer() -> Any:
    import transformers as hf
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {word: k for k, word in enumerate(["<unk>", "<s>", "</s>", *byte_letters()])}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    return hf.PreTrainedTokenizerFast(tokenizer_object=made, unk_token="<unk>", bos_token="<s>", eos_token="</s>")


PIECES = [
    "<unk>",
    "<pad>",
    *(f"▁{a}{b}" for a in "bdgk" for b in "aeiou"),
    *(f"{a}{b}" for a in "lmnt" for b in "aeiou"),
]


def parakeet(folder: Path, kind: str = "ctc") -> Path:
    """A Parakeet of one layer over PIECES, with a head for CTC or a transducer of tokens and durations."""
    import torch
    import transformers as hf
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    pieces = [*PIECES, "<blank>"]
    made = Tokenizer(models.WordLevel(vocab={piece: k for k, piece in enumerate(pieces)}, unk_token="<unk>"))
    made.pre_tokenizer, made.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    tokenizer = hf.ParakeetTokenizer(tokenizer_object=made, unk_token="<unk>", pad_token="<pad>")
    encoder = hf.ParakeetEncoderConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, num_mel_bins=80,
        subsampling_conv_channels=8, initializer_range=0.3,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(11)
        if kind == "ctc":
            size, blank = len(pieces), len(pieces) - 1
            model = hf.ParakeetForCTC(hf.ParakeetCTCConfig(vocab_size=size, encoder_config=encoder, pad_token_id=blank))
        else:
            config = hf.ParakeetTDTConfig(
                vocab_size=len(pieces), encoder_config=encoder, blank_token_id=len(pieces) - 1, pad_token_id=1,
                decoder_hidden_size=16, num_decoder_layers=1,
            )  # fmt: skip
            model = hf.ParakeetForTDT(config)
            model.generation_config.decoder_start_token_id = config.blank_token_id
    model.save_pretrained(folder)
    hf.ParakeetProcessor(hf.ParakeetFeatureExtractor(feature_size=80), tokenizer).save_pretrained(folder)
    return folder


def bundle_like(folder: Path) -> dict[str, Any]:
    """Options of recognizer=torchaudio for a model of two layers that torchaudio made."""
    import torch
    import torchaudio

    architecture = {
        "extractor_mode": "group_norm", "extractor_conv_bias": False,
        "extractor_conv_layer_config": [[16, 10, 8], [16, 4, 5], [16, 4, 4], [16, 4, 4]],
        "encoder_embed_dim": 32, "encoder_projection_dropout": 0.1,
        "encoder_pos_conv_kernel": 16, "encoder_pos_conv_groups": 2, "encoder_num_layers": 2, "encoder_num_heads": 2,
        "encoder_attention_dropout": 0.1, "encoder_ff_interm_features": 32, "encoder_ff_interm_dropout": 0.1,
        "encoder_dropout": 0.1, "encoder_layer_norm_first": False, "encoder_layer_drop": 0.1,
        "aux_num_out": 1 + len(LETTERS[4:]),
    }  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(4)
        model = torchaudio.models.wav2vec2_model(**architecture)
        model.aux.weight.data.normal_()
        torch.save(model.state_dict(), folder / "weights.pt")
    labels = ["-", *LETTERS[4:]]
    return {"bundle": None, "weights": str(folder / "weights.pt"), "architecture": architecture, "labels": labels}
