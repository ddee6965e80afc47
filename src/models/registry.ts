/**
 * The models that can be downloaded. TypeScript and not JSON: the compiler checks each field, comments say where a figure is from, and
 * no file can be missing from a package. Each is pinned to a commit of its repository where one is known.
 *
 * A hash stands here only where at least two independent public projects pin the same SHA-256 and size for that file; all others are
 * null and come from the hub at the time of download. No hash here was computed from a file: this was written without a network.
 */

import { CAPITAL_AND_GRAVITY, PLAIN_TEST, type SelfTest } from './golden.ts';
import type { RegistryFile, RegistryModel } from './registry-model.ts';

const MB = 1_000_000;

/**
 * README of Qwen3-Embedding: cosines in float32. They are printed with four digits and were computed on other hardware; what goes
 * wrong in practice (end token, pooling, instruction) moves them by more than 0.05.
 */
const QWEN3_TEST: SelfTest = { kind: 'cosines', pairs: CAPITAL_AND_GRAVITY, expected: [[0.7646, 0.1414], [0.1355, 0.6000]], tolerance: 0.01 };
/** Four-bit weights of this kind keep a cosine of about 0.94 to the float32 vectors, so that likenesses move by some hundredths. */
const QWEN3_FOUR_BIT_TEST: SelfTest = { ...QWEN3_TEST, tolerance: 0.06 };

const QWEN3_EMBEDDING = { repository: 'onnx-community/Qwen3-Embedding-0.6B-ONNX', revision: 'c25a394dd583836952667c12f008335071b3f43d' };
const QWEN3_TOKENIZER: RegistryFile = { path: 'tokenizer.json', bytes: 11_423_705, sha256: 'def76fb086971c7867b829c23a26261e38d9d74e02139253b38aeb9df8b4b50a' };
const QWEN3_RERANKER = { repository: 'onnx-community/Qwen3-Reranker-0.6B-ONNX', revision: null };
/** The same vocabulary, but whether byte by byte the same file is not known. */
const QWEN3_RERANKER_TOKENIZER: RegistryFile = { path: 'tokenizer.json', bytes: 11 * MB, rough: true, sha256: null };
/**
 * The model takes more, but a query waits behind one window at most: at 97 tokens a second of one core (tests/bench/runs), 2,048 tokens are 21 s of waiting,
 * 512 are 5. And one vector for four pages says little about any of them.
 */
const QWEN3_WINDOW_TOKENS = 512;
const QWEN3_INSTRUCTION = 'Given a web search query, retrieve relevant passages that answer the query';

const GEMMA = { repository: 'onnx-community/embeddinggemma-300m-ONNX', revision: '5090578d9565bb06545b4552f76e6bc2c93e4a66' };
const GEMMA_TOKENIZER: RegistryFile = { path: 'tokenizer.json', bytes: 20_323_312, sha256: '4dda02faaf32bc91031dc8c88457ac272b00c1016cc679757d1c441b248b9c47' };

const BGE_M3 = { repository: 'Xenova/bge-m3', revision: '4de13258303883538bd53b696b452bf8099f0858' };
const BGE_M3_TOKENIZER: RegistryFile = { path: 'tokenizer.json', bytes: 17_082_821, sha256: '6710678b12670bc442b99edc952c4d996ae309a7020c1fa0096dd245c2faf790' };

const E5_TOKENIZER: RegistryFile = { path: 'tokenizer.json', bytes: 17_082_730, sha256: '0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39' };

export const REGISTRY: readonly RegistryModel[] = [
  {
    id: 'qwen3-embedding-0.6b',
    title: 'Qwen3-Embedding 0.6B',
    task: 'embedding',
    about: 'The best of these in over 100 languages and in code; follows instructions. Made for a GPU, slow without one.',
    licence: 'Apache-2.0',
    page: 'https://huggingface.co/Qwen/Qwen3-Embedding-0.6B',
    settings: {
      dimension: 1024,
      pooling: 'last-token',
      normalized: false,
      // `<|endoftext|>`, which the tokenizer's own template also puts at the end of every text.
      padTokenId: 151_643,
      maxTokens: 8_192,
      windowTokens: QWEN3_WINDOW_TOKENS,
      prompts: { query: 'Instruct: {instruction}\nQuery:{text}', document: '{text}', instruction: QWEN3_INSTRUCTION },
      graph: { past: { heads: 8, headDimension: 128 } },
    },
    // No int8 file: dynamic int8 of this model keeps cosines of only 0.64 to 0.92 to its own float32 vectors, as several people measured.
    variants: [
      {
        ...QWEN3_EMBEDDING, id: 'fp32', needsGpu: false,
        about: 'Full precision. On a processor: the right one, with 3 GB of memory free.',
        files: {
          model: { path: 'onnx/model.onnx', bytes: 307_161_415, sha256: 'bf27b2f3f9ef9c32ca337d75b361fa99439deaeaefe82e4701b2dbd8439197cc' },
          data: [{ path: 'onnx/model.onnx_data', bytes: 2_093_436_928, sha256: 'f0a61604465929a27e68aa6217c8c89ec6186572f0209fdb7711adda48a9b9a9' }],
          tokenizer: QWEN3_TOKENIZER,
        },
      },
      {
        ...QWEN3_EMBEDDING, id: 'fp16', needsGpu: true,
        about: 'Half precision, nearly the same vectors. On a GPU: the right one, with 2 GB of its memory free.',
        files: {
          model: { path: 'onnx/model_fp16.onnx', bytes: 2 * MB, rough: true, sha256: null },
          data: [{ path: 'onnx/model_fp16.onnx_data', bytes: 1_198 * MB, rough: true, sha256: null }],
          tokenizer: QWEN3_TOKENIZER, moreData: true,
        },
      },
      {
        ...QWEN3_EMBEDDING, id: 'q4f16', needsGpu: true, selfTest: QWEN3_FOUR_BIT_TEST,
        about: 'Four bits: half the download and 1 GB of GPU memory, for somewhat worse results.',
        files: { model: { path: 'onnx/model_q4f16.onnx', bytes: 567 * MB, rough: true, sha256: null }, data: [], tokenizer: QWEN3_TOKENIZER, moreData: true },
      },
    ],
    selfTest: QWEN3_TEST,
    config: { model_type: 'qwen3', hidden_size: 1024 },
  },
  {
    id: 'embeddinggemma-300m',
    title: 'EmbeddingGemma 300M',
    task: 'embedding',
    about: 'Good in over 100 languages at half the size of Qwen3; a fair choice without a GPU.',
    licence: 'Gemma Terms of Use (https://ai.google.dev/gemma/terms): not an open-source licence; read it before use',
    page: 'https://huggingface.co/google/embeddinggemma-300m',
    settings: {
      dimension: 768,
      // Mean, two dense layers and unit length are in the graph, as `sentence_embedding`.
      pooling: 'in-graph',
      normalized: true,
      padTokenId: 0,
      maxTokens: 2_048,
      // This conversion lets every layer see the whole text, where the model's own layers see 256 tokens to each side: so windows stay short.
      windowTokens: 256,
      prompts: { query: 'task: search result | query: {text}', document: 'title: none | text: {text}' },
      graph: { output: 'sentence_embedding' },
    },
    // No fp16 file: the model's makers say that its activations leave the range of float16.
    variants: [
      {
        ...GEMMA, id: 'q8', needsGpu: false,
        about: 'Eight bits: fast on a processor, nearly the same vectors.',
        files: {
          model: { path: 'onnx/model_quantized.onnx', bytes: 567_874, sha256: '172efde319fe1542dc41f31be6154910b05b78f7a861c265c4600eec906bd6d8' },
          data: [{ path: 'onnx/model_quantized.onnx_data', bytes: 308_890_624, sha256: '705626e28e4c23c82ade34566b4197d97f534c12275fa406dfb71e9937d388c0' }],
          tokenizer: GEMMA_TOKENIZER,
        },
      },
      {
        ...GEMMA, id: 'fp32', needsGpu: false,
        about: 'Full precision, four times the download.',
        files: {
          model: { path: 'onnx/model.onnx', bytes: 479_932, sha256: 'ea91fd315a7c152d427d231746f0f811a1ac93beaba656abfdf2b24e091265e4' },
          data: [{ path: 'onnx/model.onnx_data', bytes: 1_234_521_088, sha256: 'ef835ae565d8695236652475903078e8ed794c7c35faf1164d78ec3238e8a88d' }],
          tokenizer: GEMMA_TOKENIZER,
        },
      },
    ],
    selfTest: PLAIN_TEST,
    config: { model_type: 'gemma3_text', hidden_size: 768 },
  },
  {
    id: 'multilingual-e5-small',
    title: 'multilingual-e5-small',
    task: 'embedding',
    about: 'Small and quick on any processor, in about 100 languages; better than the built-in model on whole sentences.',
    licence: 'MIT',
    page: 'https://huggingface.co/intfloat/multilingual-e5-small',
    settings: {
      dimension: 384,
      pooling: 'mean',
      normalized: false,
      padTokenId: 1,
      maxTokens: 512,
      windowTokens: 384,
      prompts: { query: 'query: {text}', document: 'passage: {text}' },
      graph: { types: 'token_type_ids' },
    },
    variants: [
      {
        id: 'q8', needsGpu: false, repository: 'Xenova/multilingual-e5-small', revision: '761b726dd34fb83930e26aab4e9ac3899aa1fa78',
        about: 'Eight bits: a quarter of the download, fast on a processor.',
        files: { model: { path: 'onnx/model_quantized.onnx', bytes: 118_308_185, sha256: 'f80102d3f2a1229f387d3c81909990d8945513e347b0eab049f7de3c6f98c193' }, data: [], tokenizer: E5_TOKENIZER },
      },
      {
        id: 'fp32', needsGpu: false, repository: 'intfloat/multilingual-e5-small', revision: '614241f622f53c4eeff9890bdc4f31cfecc418b3',
        about: 'Full precision, as its makers published it.',
        files: { model: { path: 'onnx/model.onnx', bytes: 470_268_510, sha256: 'ca456c06b3a9505ddfd9131408916dd79290368331e7d76bb621f1cba6bc8665' }, data: [], tokenizer: E5_TOKENIZER },
      },
    ],
    selfTest: PLAIN_TEST,
    config: { model_type: 'bert', hidden_size: 384 },
  },
  {
    id: 'bge-m3',
    title: 'BGE-M3',
    task: 'embedding',
    about: 'Strong in over 100 languages and on long texts, above all Chinese; needs no prompts.',
    licence: 'MIT',
    page: 'https://huggingface.co/BAAI/bge-m3',
    settings: {
      dimension: 1024,
      pooling: 'cls',
      normalized: false,
      padTokenId: 1,
      maxTokens: 8_192,
      windowTokens: 1_024,
      prompts: {},
    },
    variants: [
      {
        ...BGE_M3, id: 'q8', needsGpu: false,
        about: 'Eight bits: a quarter of the download, fast enough on a processor.',
        files: { model: { path: 'onnx/model_quantized.onnx', bytes: 569_694_530, sha256: '0826f8c1ab9edf1801db86c61919d4d108e8bfc0b809ec823ad366882ff0b77d' }, data: [], tokenizer: BGE_M3_TOKENIZER },
      },
      {
        ...BGE_M3, id: 'fp32', needsGpu: false,
        about: 'Full precision; with 3 GB of memory free.',
        files: {
          model: { path: 'onnx/model.onnx', bytes: 1 * MB, rough: true, sha256: '5d89a0010dd39aa2cfa8b22bb49f06904c5bbf5877135f877da419480f40cde3' },
          data: [{ path: 'onnx/model.onnx_data', bytes: 2_266_820_608, sha256: '1eebfb28493f67bba03ce0ef64bfdc7fc5a3bd9d7493f818bb1d78cd798416b4' }],
          tokenizer: BGE_M3_TOKENIZER,
        },
      },
      {
        ...BGE_M3, id: 'fp16', needsGpu: true,
        about: 'Half precision, for a GPU with 2 GB of memory free.',
        files: { model: { path: 'onnx/model_fp16.onnx', bytes: 1_135 * MB, rough: true, sha256: null }, data: [], tokenizer: BGE_M3_TOKENIZER, moreData: true },
      },
    ],
    selfTest: PLAIN_TEST,
    config: { model_type: 'xlm-roberta', hidden_size: 1024 },
  },
  {
    id: 'qwen3-reranker-0.6b',
    title: 'Qwen3-Reranker 0.6B',
    task: 'reranking',
    about: 'Reads the best results once more beside the question and orders them anew; helps most with long documents. Made for a GPU.',
    licence: 'Apache-2.0',
    page: 'https://huggingface.co/Qwen/Qwen3-Reranker-0.6B',
    settings: {
      dimension: 1,
      pooling: 'last-token',
      normalized: false,
      padTokenId: 151_643,
      maxTokens: 4_096,
      windowTokens: QWEN3_WINDOW_TOKENS,
      prompts: { instruction: QWEN3_INSTRUCTION },
      graph: { output: 'logits', past: { heads: 8, headDimension: 128 } },
    },
    variants: [
      {
        ...QWEN3_RERANKER, id: 'fp32', needsGpu: false,
        about: 'Full precision; slow on a processor.',
        files: { model: { path: 'onnx/model.onnx', bytes: 2_390 * MB, rough: true, sha256: null }, data: [], tokenizer: QWEN3_RERANKER_TOKENIZER, moreData: true },
      },
      {
        ...QWEN3_RERANKER, id: 'fp16', needsGpu: true,
        about: 'Half precision. On a GPU: the right one, with 2 GB of its memory free.',
        files: { model: { path: 'onnx/model_fp16.onnx', bytes: 1_200 * MB, rough: true, sha256: null }, data: [], tokenizer: QWEN3_RERANKER_TOKENIZER, moreData: true },
      },
    ],
    selfTest: PLAIN_TEST,
    config: { model_type: 'qwen3', hidden_size: 1024 },
  },
];
