/** A small real corpus: several languages and outcomes, each file with a reason to be there. */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'Home/Boiler warranty.md': '# Boiler warranty\n\nThe manufacturer guarantees the heating boiler for five years from the day of installation.\n\n## Claims\n\nCall the service line and keep the receipt. Limescale is not covered by the warranty.\n',
  'Home/Garden diary.md': '# Garden diary\n\nThe tomatoes ripened in August. Slugs ate the lettuce. Next spring the compost goes under the roses.\n',
  'Travel/Refund letter.txt': 'Dear Sir or Madam,\n\nthe train to Lyon was cancelled without notice. I ask you to reimburse the price of both tickets to my account.\n\nYours faithfully\n',
  'Travel/Packing.txt': 'Tent, sleeping bag, stove, matches, map of the mountains, rain jacket, boots.\n',
  'Work/token_bucket.py': 'class TokenBucket:\n    """Limits how many requests one customer may send."""\n\n    def take(self, tokens: int) -> bool:\n        if self.level < tokens:\n            return False\n        self.level -= tokens\n        return True\n',
  'Work/budget.csv': 'month,income,rent,food\nJanuary,3100,900,420\nFebruary,3100,900,390\n',
  '合同/租房合同.md': '# 租房合同\n\n每月租金为三千元，押金为两个月租金。租客应在每月五日之前付款。\n\n## 维修\n\n热水器损坏时由房东负责维修。\n',
  'Notes/رحلة.txt': 'ذهبنا إلى البتراء في الربيع. كان الجو جميلا والطريق طويلا.\n',
  'Outcomes/empty.txt': '',
  'Outcomes/broken.pdf': '%PDF-1.7\nthis is no document\n',
  'Outcomes/noise.bin': Uint8Array.from({ length: 4096 }, (_, index) => (index * 7919) % 251),
};

/** Writes the corpus, and more files if given, below `folder`. */
export async function writeCorpus(folder: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [name, content] of Object.entries({ ...FILES, ...more })) {
    const file = path.join(folder, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
