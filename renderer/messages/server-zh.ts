/** Sentences of the embedding server's settings in Simplified Chinese. */

import type { ServerFindingCode } from '../../src/contract/models.ts';
import type { Formats } from './formats.ts';
import type { ServerMessages } from './server-en.ts';

const FINDINGS: Readonly<Record<ServerFindingCode, string>> = {
  'end-token': '服务器没有在文本末尾加上模型的结束标记，Findling 会加上。',
  'mean-pooling': '词序对向量几乎没有影响：服务器似乎在取平均值。请以“最后一个标记”的池化方式启动它。',
  'pooling': '相关的文本彼此并不接近：池化方式、结束标记或模型有误。Qwen3-Embedding 需要取最后一个标记。',
  'dimension': '向量的维数与此模型不符：服务器截短了向量，或提供的是另一个模型。',
  'unit-length': '向量不是单位长度，Findling 会将其归一化。',
  'batch': '同一文本单独和成批时得到的向量不同：服务器的填充或池化有误。',
  'own-prompt': '服务器会在每段文本前加上自己的提示词：请关闭它，因为 Findling 会加上正确的提示词。',
  'window': '一个窗口长度的文本对服务器来说太长，Findling 会将其切分。请增大服务器的上下文，或设置更小的窗口。',
  'open-way': '通往服务器的连接未加密：文本和密钥可能在途中被读取。请使用 https。',
};

export const serverZh = (f: Formats): ServerMessages => ({
  title: '嵌入服务器',
  intro: '可以由服务器代替这台电脑来读懂文件的含义：SGLang、vLLM、Text Embeddings Inference、llama.cpp、Ollama、LM Studio，或其他提供 /v1/embeddings 的服务器。只有这样文件中的文字才可能离开这台电脑，而且必须经你允许。',
  address: '地址', addressHint: '例如 http://127.0.0.1:8080/v1',
  model: '模型', modelHint: '服务器所用的模型名称，例如 Qwen/Qwen3-Embedding-4B。如果只有一个模型，可以留空。',
  key: '密钥', keyHint: '仅在服务器需要时填写。它保存在数据目录中，只会发送到此地址。',
  more: '更多设置',
  kind: '服务器类型',
  kinds: {
    auto: '询问服务器', openai: '其他提供 OpenAI 接口的服务器', sglang: 'SGLang', vllm: 'vLLM', tei: 'Text Embeddings Inference',
    'llama.cpp': 'llama.cpp', ollama: 'Ollama', 'lm-studio': 'LM Studio',
  },
  windowTokens: '窗口（标记数）', windowTokensHint: '多少文字合成一个向量。',
  parallel: '同时进行的请求数',
  queryPrompt: '查询提示词', queryPromptHint: '含 {text}，模型接受任务说明时还含 {instruction}。留空则按模型名称选择。',
  documentPrompt: '文档提示词', documentPromptHint: '含 {text}。留空则按模型名称选择。',
  headers: '其他请求头', headersHint: '每行一个，例如 X-Team: search',
  badPrompt: '必须包含 {text}。',
  check: '检查服务器', checking: '正在询问服务器…', use: '使用此服务器', saved: '从现在起使用此服务器，向量会在后台生成。',
  inUse: '正在使用',
  warning: (host) => `文件中的文字和你的搜索将离开这台电脑，发送到 ${host}。`,
  warningMore: '运行该服务器的人可以读到它们。仅对你信任的服务器允许。',
  allow: (host) => `把文件中的文字发送到 ${host}`,
  failed: '检查没有成功。',
  found: (kind, dimension) => `${kind} 返回 ${f.number(dimension)} 维向量。`,
  passed: '嵌入正常：相关的文本彼此接近。',
  notPassed: '嵌入不正常，按含义搜索将很难找到结果。',
  findings: '异常之处',
  clean: '没有异常之处。',
  figures: '数据',
  finding: (code) => FINDINGS[code],
  instruction: {
    title: '任务说明', label: '你的搜索目的',
    hint: '用一句英文书写，仅对支持它的模型有效。文件夹和单次搜索可以有自己的说明。无需重新读取任何文件。',
    ofFolder: '在此文件夹中搜索的目的', ofFolderHint: '用一句英文书写，例如：Given a question about tenancy law, retrieve the clause that answers it。留空则与所有文件夹相同。',
    menu: '任务', ofSearch: '此次搜索的目的', apply: '这样搜索', remove: '去掉',
  },
});
