/** The sample's PDF files: several pages, one in Chinese and one in Japanese. */

import type { PdfDocument } from './pdf.ts';

export const PDF_TEXTS: readonly (PdfDocument & { readonly path: string })[] = [
  {
    path: 'Home/Washing machine - warranty.pdf',
    title: 'Warranty of your washing machine',
    script: 'latin',
    pages: [
      [
        'Warranty of your washing machine',
        'Dear customer, thank you for choosing the Rumblewell 7. This letter is your proof of warranty. Please keep it together with the receipt of the shop; without the receipt we cannot repair anything free of charge.',
        'Model: Rumblewell 7, white. Serial number: RW7-000-1187. Delivered on 9 October 2024 and connected by our fitter.',
        'The warranty lasts three years from the day of delivery. The motor is covered for ten years, but only the part itself and not the work of replacing it.',
      ],
      [
        'What is covered and what is not',
        'Covered: the drum does not turn, water does not run in or is not pumped out, the door cannot be opened after the programme has ended, the display stays dark.',
        'Not covered: coins, hairpins and buttons in the pump; damage by frost in an unheated room; scale, when the machine was never descaled; use in a launderette or a hotel.',
        'Noise alone is not a fault. A machine that wanders across the floor usually stands unevenly: loosen the nuts of the feet, turn the feet until all four carry, and tighten the nuts again.',
      ],
      [
        'How to make a claim',
        'Write down the fault code that the display shows and the programme that was running. Then telephone our workshop on weekdays between eight and five, or write to repairs@rumblewell.example. Have the serial number ready; it stands on the inside of the door.',
        'A fitter will come within five working days. If he cannot repair the machine on the second visit, you may choose between a new machine of the same kind and your money back.',
        'Please empty the drum and close the tap before he arrives.',
      ],
    ],
  },
  {
    path: 'Home/热水器保修说明.pdf',
    title: '热水器保修说明',
    script: 'chinese',
    pages: [
      [
        '热水器保修说明',
        '感谢您购买暖溪牌燃气热水器。请把本说明和购货发票放在一起保存，报修时师傅需要核对机身编号和购买日期。',
        '整机保修两年，水箱保修六年，从安装调试完成那天算起。保修期内，因材料或做工造成的故障，零件和上门费用全部免收。',
        '下列情况不在保修范围内：自行拆开外壳；冬天没有排空存水而冻裂；水压过高或水质太硬造成的水垢堵塞；用在理发店、浴室等经营场所。',
      ],
      [
        '常见问题与安全',
        '打不着火：先看燃气阀门有没有打开，再换两节新电池。连续三次点不着，请停用并打电话报修。',
        '水忽冷忽热：多半是几个龙头同时在用，或者花洒堵了。把花洒泡在白醋里一个晚上就能通。',
        '闻到煤气味时，不要开灯，也不要打电话。先关总阀，打开窗户，人到屋外以后再联系燃气公司。',
        '每年入冬以前，请让师傅清洗一次，并检查排烟管有没有松动。浴室要保持通风，以防一氧化碳中毒。',
      ],
    ],
  },
  {
    path: 'Travel/北海道旅行計画.pdf',
    title: '北海道旅行計画',
    script: 'japanese',
    pages: [
      [
        '北海道旅行計画　五泊六日',
        '一日目。朝の便で空港に着き、そのまま列車で港町へ向かう。夕方は運河のまわりを歩き、夜は市場の食堂で海鮮丼を食べる。',
        '二日目。レンタカーを借りて湖まで走る。途中の農場でソフトクリームを食べるのを忘れないこと。湖畔の温泉旅館に泊まる。露天風呂から星が見えるらしい。',
        '三日目。火山のふもとを二時間ほど散歩する。熊が出ることがあるので、鈴を持っていき、必ず案内の人と歩く。',
      ],
      [
        '後半の予定と持ち物',
        '四日目と五日目。ラベンダー畑を見てから、峠を越えて東へ。丘の上の小さな民宿に二泊する。自転車を借りて、麦畑の間をゆっくり走りたい。',
        '六日目。午前中におみやげを買い、昼すぎの便で帰る。レンタカーは満タンにして返す。',
        '予算は一人あたり九万八千円。飛行機が三万円、宿が四万五千円、車と食事で残り。',
        '持ち物。夏でも夜は寒いので上着、虫よけ、歩きやすい靴、運転免許証、酔い止めの薬。',
      ],
    ],
  },
];
