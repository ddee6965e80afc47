/** Sample texts that are stored in an encoding other than plain UTF-8, as files from other decades and systems are. */

export type TextEncoding = 'utf-8-bom' | 'utf-16le-bom' | 'utf-16be-bom' | 'gb18030' | 'shift_jis' | 'windows-1251' | 'iso-8859-1';

export interface EncodedText {
  readonly path: string;
  readonly encoding: TextEncoding;
  /** Lines end as on the systems that wrote such files. */
  readonly lineEnd: '\n' | '\r\n';
  readonly text: string;
}

export const ENCODED_TEXTS: readonly EncodedText[] = [
  {
    path: 'Home/Letters/École - sortie au moulin.txt',
    encoding: 'iso-8859-1',
    lineEnd: '\r\n',
    text: `École des Trois-Ruisseaux
Classe de madame Verdurin-Lapige

Chers parents,

Le jeudi 22 mai, les élèves de la classe iront visiter un moulin à farine encore en activité. Nous partirons en autocar à
huit heures et quart devant l'école et rentrerons vers dix-sept heures.

Merci de donner à votre enfant un pique-nique sans bonbons, une gourde, un vêtement de pluie et de vieilles chaussures :
le chemin est boueux. Le meunier demandera aux enfants de pétrir du pain, signalez-nous donc toute allergie au gluten ou
aux noix.

La participation est de sept francs par enfant. Si cette somme vous pose problème, parlez-m'en, la coopérative scolaire
peut aider.

Nous cherchons encore deux parents pour nous accompagner.

Coupon à rendre avant le 12 mai :
J'autorise mon enfant ............................ à participer à la sortie.
Signature :
`,
  },
  {
    path: 'Work/議事録_新製品発表会.txt',
    encoding: 'shift_jis',
    lineEnd: '\r\n',
    text: `議事録　新製品発表会の準備

日時　六月三日　午後一時から二時半
出席　営業部三名、広報部二名、工場一名

一　会場
駅前の小ホールを九月十八日に借りる。定員は百二十名。予備として隣の会議室も押さえる。

二　展示する製品
折りたたみ式の電気ケトルと、静かな扇風機の二点。扇風機の色違いは間に合わないと工場から報告があった。見本は八月末までに十台ずつ用意する。

三　招待
取引先と地元の新聞社に、七月中に案内状を送る。返事がない場合は八月の第一週に電話で確認する。

四　予算
会場費と軽食で四十五万円。印刷物は社内で作り、費用を抑える。

五　宿題
広報部は説明資料の下書きを来週金曜日までに回覧すること。工場は騒音の測定結果を出すこと。

次回は六月十七日。
`,
  },
  {
    path: 'Work/Заявление на отпуск.txt',
    encoding: 'windows-1251',
    lineEnd: '\r\n',
    text: `Директору типографии «Несуществующая буква»
от печатника Пантелея Небывалова

ЗАЯВЛЕНИЕ

Прошу предоставить мне ежегодный отпуск на четырнадцать календарных дней с 7 июля. Билеты на поезд уже куплены, мы с
женой едем к её родителям на озеро.

На время отпуска меня заменит Аркадий. Я показал ему, как настраивать большую машину, и составил памятку:
- краску доливать только после остановки валов;
- если бумага мнётся, проверить влажность в цехе, а не ругать резчика;
- ключ от склада лежит у сторожа.

Заказ на школьные тетради будет закончен до моего отъезда. Календари можно начинать без меня, макет утверждён.

В случае крайней необходимости прошу звонить, но у озера связь плохая.

16 июня
Подпись
`,
  },
  {
    path: 'Studies/期末報告筆記_紫斑蝶.txt',
    encoding: 'utf-16le-bom',
    lineEnd: '\r\n',
    text: `期末報告筆記：會搬家的蝴蝶

題目
為什麼有些蝴蝶每年秋天往南飛，春天又飛回來？

整理
一、天氣轉涼以後，蝴蝶聚集在南部背風的山谷，一棵樹上可以停幾百隻，遠看像枯葉。
二、牠們不是冬眠。中午出太陽，就會飛下來喝水、吸花蜜。
三、清明前後，同一批蝴蝶成群往北飛，有時會越過高速公路。那幾天志工在路邊架起網子，讓牠們飛得高一點，才不會被車撞到。

研究方法
在翅膀上用油性筆寫編號，再請各地的人幫忙回報。去年我們班一共標了六十四隻，有三隻在兩百公里外被人看見。

還不懂的地方
回來的是原來那一隻，還是牠的孩子？要再找資料。

報告分工
小螢負責照片，阿拓畫地圖，我寫結論。
`,
  },
  {
    path: 'Recipes/할머니 김치찌개.txt',
    encoding: 'utf-16be-bom',
    lineEnd: '\n',
    text: `할머니 김치찌개

재료 (네 사람)
푹 익은 김치 반 포기, 돼지고기 앞다리살 삼백 그램, 두부 한 모, 양파 하나, 대파 한 대, 고춧가루 한 숟갈, 다진 마늘, 멸치 육수.

만드는 법
하나. 냄비에 기름을 두르고 돼지고기를 먼저 볶는다. 고기가 하얗게 변하면 김치를 넣고 같이 볶는다. 여기서 서두르면 국물 맛이 얕다.
둘. 육수를 붓고 김치 국물도 한 국자 넣는다. 뚜껑을 덮고 삼십 분 동안 약한 불에서 끓인다.
셋. 양파와 고춧가루, 마늘을 넣고 십 분 더 끓인다.
넷. 두부와 대파는 마지막에 올린다.

할머니 말씀
김치가 너무 시면 설탕을 조금 넣어라. 덜 익은 김치라면 식초를 한 방울 넣고, 다음에는 더 기다려라. 찌개는 다시 데울수록 맛있다.
`,
  },
  {
    path: 'Recipes/红烧肉做法.txt',
    encoding: 'gb18030',
    lineEnd: '\r\n',
    text: `红烧肉做法（外公口述，我记的）

材料：带皮五花肉两斤，冰糖一小把，生姜五片，葱两根，八角两个，桂皮一小块，料酒半碗，生抽三勺，老抽一勺。

步骤
1. 肉冷水下锅，煮开以后撇去浮沫，捞出来切成麻将大小的方块。
2. 锅里放一点点油，小火把冰糖炒到变成枣红色。这一步最要紧，炒过头会发苦。
3. 马上把肉倒进去翻炒，让每一块都裹上糖色。
4. 加姜、葱、八角、桂皮，倒料酒，再放生抽和老抽。
5. 加开水没过肉，盖上盖子小火炖一个半小时。千万别加冷水，肉会变硬。
6. 最后开大火收汁，汤汁能挂在勺子上就好了。

外公说：不要着急，肉自己知道什么时候好。剩下的汤汁拿来卤鸡蛋。
`,
  },
  {
    path: 'Travel/Train annulé - demande de remboursement.txt',
    encoding: 'utf-8-bom',
    lineEnd: '\r\n',
    text: `Objet : demande de remboursement, train annulé

Madame, Monsieur,

Le 14 août, le train de 9 h 52 que je devais prendre avec mes deux enfants a été supprimé sans explication. Le suivant était
complet. Nous avons attendu quatre heures sur le quai, en pleine chaleur, et nous sommes arrivés après la fermeture de
l'agence où nous attendait notre voiture de location.

Je vous demande donc :
1. le remboursement des trois billets, soit 126,40 ;
2. le remboursement du taxi que j'ai dû prendre, soit 48,00 (reçu joint) ;
3. une indemnité pour le retard, comme le prévoient vos propres conditions de transport.

J'ai déjà rempli deux fois le formulaire de votre site, qui affiche une page blanche. C'est pourquoi j'écris une lettre.

Dans l'attente de votre réponse, je vous prie d'agréer mes salutations distinguées.

Hippolyte Fictif
`,
  },
];
