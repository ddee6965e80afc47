/** Sentences on choosing a model and on the vectors it makes, in Simplified Chinese; part of zh-CN.ts. */

import type { Messages } from './en.ts';
import type { Formats } from './formats.ts';

export const generationsZh = (f: Formats): Messages['generations'] => ({
  title: '文件含义',
  intro: '每个模型都要自己读一遍文件。新模型在后台阅读时，现有模型继续回答搜索；读完后两者交换位置。',
  states: { answering: '正在回答搜索', building: '准备中', ready: '可以启用', kept: '保留，可随时换回' },
  knows: (model, share, ms) => share >= 1 ? `${model} 已读完全部文本。`
    : `${model} 已读 ${f.percent(share)} 的文本${ms === null || ms === 0 ? '。' : `；在这台电脑上约需 ${f.duration(ms)}。`}`,
  keptKnows: (model, share) => share >= 1 ? `${model} 曾经回答搜索，可立即换回。` : `${model} 曾经回答搜索，已读 ${f.percent(share)} 的文本；换回后再读其余部分。`,
  progressOf: (model) => `${model} 已读的文本`,
  waits: (what) => `正在等待：${what}。`,
  waitsFor: {
    'indexing to be resumed': '恢复索引', 'more free disk space': '更多磁盘空间', 'mains power': '接通电源', 'the computer to be idle': '您暂停搜索',
    'new and changed files, which go first': '先处理新增和修改的文件', 'being chosen again': '再次被选用',
    'a higher limit for the size of the index': '提高索引大小上限', 'memory within the budget': '内存回到预算之内',
  },
  dimensions: (n) => `${f.number(n)} 维`,
  files: (done, all) => `${f.number(all)} 个文件中的 ${f.number(done)} 个`,
  disk: (bytes, expected) => expected === null || bytes >= expected * 0.9 ? `占用磁盘 ${f.bytes(bytes)}` : `占用磁盘 ${f.bytes(bytes)}，预计 ${f.bytes(expected)}`,
  switch: '启用', switchOf: (model) => `启用 ${model}`,
  back: '换回', backOf: (model) => `换回 ${model}`,
  switched: (model) => `现在由 ${model} 回答搜索。`,
  compare: '比较', compareOf: (model) => `比较 ${model} 与现有模型`,
  comparing: '正在比较…',
  drop: '删除', dropOf: (model) => `删除 ${model} 读到的内容`,
  dropTitle: (model) => `删除 ${model} 读到的内容？`,
  dropBody: (bytes) => `将释放 ${f.bytes(bytes)}。再次使用这个模型时，需要重新阅读全部文件。您的文件不受影响。`,
  dropped: (model) => `${model} 读到的内容已删除。`,
  choose: '选择模型',
  chooseHint: '仅列出这台电脑上已有的模型。',
  server: '嵌入服务器',
  size: '维数', sizeHint: '维数越少，占用磁盘越少，找到的略少。减少维数无需重新阅读；文件始终可以搜索。',
  whole: (n) => `${f.number(n)}（全部）`,
  plan: '查看所需时间和空间', planning: '正在用您的部分文本测量这个模型…',
  planTitle: (model) => `换成 ${model}？`,
  works: {
    none: '正在使用的就是这个模型。', switch: '已经就绪：立即更换，无需重新阅读。',
    derive: '由已有内容生成：无需重新阅读文件。', build: '它会在后台把全部文本读一遍，期间由现有模型回答搜索。',
  },
  characters: '需要阅读的文本', charactersValue: (n) => `${f.number(n)} 个字符`,
  time: '在这台电脑上所需时间', timeValue: (ms) => `约 ${f.duration(ms)}`, timeUnknown: '暂时无法得知',
  need: '期间所需磁盘', free: '可用磁盘',
  tight: '超过了可用空间：有空间后才会开始。',
  begin: '开始', change: '更换', begun: (model) => `正在后台准备 ${model}。`,
  result: {
    title: (model) => `${model} 与现有模型`,
    on: (questions, files, of) => files < of
      ? `用两者都读过的 ${f.number(files)} 个文件（共 ${f.number(of)} 个）的标题提出了 ${f.number(questions)} 个问题。` : `用您文件的标题提出了 ${f.number(questions)} 个问题。`,
    none: '暂时无法比较：没有两者都读过且带标题的文件。',
    present: '现有模型', candidate: '另一个',
    first: '正确的文件排第一', topTen: '正确的文件在前十', overlap: (share) => `前十个文件中，两者都找到的占 ${f.percent(share)}。`,
    examples: '不同之处', question: '问题',
  },
});
