/** Shipped packages and data sources → the text of THIRD_PARTY_NOTICES.md. Pure. */

import type { DataSource } from './model-data.ts';
import type { ShippedPackage } from './packages.ts';

export function renderNotices(packages: readonly ShippedPackage[], data: readonly DataSource[]): string {
  return [
    '# Third-party notices',
    '',
    'Findling itself is under the MIT licence (LICENSE). It is shipped with, or installs, the packages below, and its built-in model was trained',
    'on the data named at the end. This file is written by `node scripts/make-notices.ts`; do not edit it by hand.',
    '',
    '## Packages',
    '',
    'Where a package offers a choice of licences (`A OR B`), it is used under the permissive one.',
    'Native packages (the Node runtime, onnxruntime, LanceDB, tokenizers) contain further components; their notices come with those packages.',
    '',
    packageTable(packages),
    '',
    '## Data the built-in model was trained on',
    '',
    'The model `findling-static-multilingual` holds numbers learned from these sources and none of their text. No files of these sources are shipped.',
    '',
    dataTable(data),
    '',
    'Licences by name: CC0-1.0, CC-BY-3.0, CC-BY-4.0, CC-BY-SA-3.0 and CC-BY-SA-4.0 are published by Creative Commons (creativecommons.org/licenses),',
    'Unicode-3.0 by Unicode, Inc. (unicode.org/license.txt).',
    '',
    'The sample files (`resources/sample`) and the texts that search quality is measured on (`tests/eval/passages`) were written for this project.',
    '',
    '## Licence texts',
    '',
    ...licenceTexts(packages),
  ].join('\n') + '\n';
}

/** `name version` as it stands in the table: a test looks for it. */
export function packageLine(shipped: ShippedPackage): string {
  return `| ${shipped.name} | ${shipped.version} | ${shipped.licence} | ${shipped.direct ? 'direct' : ''} |`;
}

function packageTable(packages: readonly ShippedPackage[]): string {
  return ['| package | version | licence | |', '|---|---|---|---|', ...packages.map(packageLine)].join('\n');
}

function dataTable(data: readonly DataSource[]): string {
  return ['| source | what | licence | by |', '|---|---|---|---|',
    ...data.map(({ source, what, licence, attribution }) => `| ${source} | ${what} | ${licence} | ${attribution} |`)].join('\n');
}

/** Each text once, under the packages that carry it: many are the same but for the copyright line, and those stay apart. */
function licenceTexts(packages: readonly ShippedPackage[]): readonly string[] {
  const byText = new Map<string, string[]>();
  const named: string[] = [];
  for (const shipped of packages) {
    if (shipped.texts.length === 0) {
      named.push(`- ${shipped.name} ${shipped.version}: ${shipped.licence}, as its package declares; it carries no licence file, or is for another system than the one this file was written on.`);
    }
    for (const { file, text } of shipped.texts) {
      if (text === '') {
        named.push(`- ${shipped.name} ${shipped.version}: the long text is in its package, as \`${file}\`.`);
        continue;
      }
      const carriers = byText.get(text) ?? [];
      carriers.push(`${shipped.name} ${shipped.version}`);
      byText.set(text, carriers);
    }
  }
  const sections = [...byText].map(([text, carriers]) => `### ${carriers.join(', ')}\n\n\`\`\`\`text\n${text}\n\`\`\`\`\n`);
  return ['### Without a text here', '', ...named, '', ...sections];
}
