"""Writes a tiny model of the Qwen3 architecture for llama.cpp's real server (see README.md here). No published weights are needed.

Its weights are set by hand, so that it behaves as an embedding model does: attention looks at all words alike, prompt and filler words
carry nothing, and the end token, which has no meaning of its own, ends up with the mean of what stands before it. Without the end token
the last word stands for the whole text. Usage: make_tiny_gguf.py <vocabulary.gguf> <out.gguf> <add end token: 1 or 0>
The vocabulary is one of a Qwen2 tokenizer without weights (llama.cpp's sources have models/ggml-vocab-qwen2.gguf).
"""

import sys

import numpy as np
from gguf import GGUFReader, GGUFWriter, PoolingType

WIDTH, LAYERS, HEADS, FEED_FORWARD, CONTEXT = 64, 1, 4, 64, 4096
# The first values of a token's vector are not passed on by attention: what lies there alone is without meaning.
SILENT = 8
END_TOKEN = 151643
SILENT_WORDS = (
    "Instruct Given a web search query , retrieve relevant passages that answer the query Query : What is of the The Explain ? . and two it It "
    "to for around each other attracts bodies towards gives weight physical objects responsible movement planets".split()
)
SAME_WORDS = (("gravity", "Gravity"),)


def main() -> None:
    vocabulary, out, add_end = sys.argv[1], sys.argv[2], sys.argv[3] == "1"
    reader = GGUFReader(vocabulary)
    field = lambda name: reader.fields[name].contents()
    tokens = field("tokenizer.ggml.tokens")
    writer = GGUFWriter(out, "qwen3")
    writer.add_name("tiny-qwen3-embedding")
    writer.add_block_count(LAYERS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_key_length(WIDTH // HEADS)
    writer.add_value_length(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_pooling_type(PoolingType.LAST)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(field("tokenizer.ggml.token_type"))
    writer.add_token_merges(field("tokenizer.ggml.merges"))
    writer.add_eos_token_id(END_TOKEN)
    writer.add_pad_token_id(END_TOKEN)
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(add_end)

    random = np.random.default_rng(7)
    table = random.standard_normal((len(tokens), WIDTH)).astype(np.float32)
    place = {token: index for index, token in enumerate(tokens)}
    # Byte-level BPE writes a space as a letter of its own, and one word has a token with and one without it.
    forms = lambda word: [place[form] for form in (word, "\u0120" + word) if form in place]
    for word in (*SILENT_WORDS, "\u010a"):
        for index in forms(word):
            table[index, SILENT:] = 0
    for first, second in SAME_WORDS:
        shared = table[forms(first)[0]].copy()
        for index in (*forms(first), *forms(second)):
            table[index] = shared
    table[END_TOKEN] = 0

    pass_on = np.eye(WIDTH, dtype=np.float32)
    pass_on[:SILENT] = 0
    nothing = np.zeros((WIDTH, WIDTH), dtype=np.float32)
    ones = np.ones(WIDTH, dtype=np.float32)
    writer.add_tensor("token_embd.weight", table.astype(np.float16))
    writer.add_tensor("output_norm.weight", ones)
    for layer in range(LAYERS):
        name = f"blk.{layer}."
        writer.add_tensor(name + "attn_norm.weight", ones)
        for part in ("attn_q", "attn_k"):
            writer.add_tensor(name + part + ".weight", nothing)
            writer.add_tensor(name + part + "_norm.weight", np.ones(WIDTH // HEADS, dtype=np.float32))
        writer.add_tensor(name + "attn_v.weight", pass_on)
        writer.add_tensor(name + "attn_output.weight", np.eye(WIDTH, dtype=np.float32))
        writer.add_tensor(name + "ffn_norm.weight", ones)
        for part in ("ffn_gate", "ffn_up", "ffn_down"):
            writer.add_tensor(name + part + ".weight", nothing)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
