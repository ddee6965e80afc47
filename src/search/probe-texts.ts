/**
 * Titles and bodies on unlike everyday subjects in several languages, written for this project. They are a background for an index
 * that is still too small to be its own (background.ts), and known pairs when it has no titles of its own (calibrate.ts).
 * They never enter an index. Their number and wording change confidences slightly; nothing else depends on them.
 */

export interface Probe {
  readonly language: string;
  readonly title: string;
  readonly body: string;
}

export const PROBES: readonly Probe[] = [
  { language: 'en', title: 'Bicycle chain maintenance', body: 'Wipe the chain with a dry cloth after every wet ride and put one drop of oil on each link. A chain that squeaks or skips over the cogs has to be replaced.' },
  { language: 'en', title: 'Choir rehearsal moved', body: 'Because the church hall is being painted, we sing in the school gym on Thursday at half past seven. Please bring your own music stand.' },
  { language: 'en', title: 'Setting up a router', body: 'Connect the cable from the wall to the blue port, wait until the light turns green, then open the address printed on the underside and change the administrator password.' },
  { language: 'en', title: 'Tomato seedlings', body: 'Sow the seeds indoors in March, keep the soil warm and moist, and move the young plants outside only after the last night frost.' },
  { language: 'en', title: 'Quarterly sales figures', body: 'Turnover rose by eight percent compared with last year, mostly thanks to online orders. Returns fell slightly; shipping costs went up.' },
  { language: 'en', title: 'Chickenpox at the nursery', body: 'Two children have come down with chickenpox. Watch for red spots and fever, and keep your child at home until all blisters have dried.' },
  { language: 'en', title: 'Moon landing', body: 'In July 1969 two astronauts walked on the surface of the moon for the first time while a third stayed in orbit around it.' },
  { language: 'en', title: 'Mortgage interest rates', body: 'The bank offers a fixed rate for ten years. Paying back early costs a fee, but five percent of the loan may be repaid each year for free.' },
  { language: 'de', title: 'Kehrwoche im Treppenhaus', body: 'In dieser Woche reinigt der zweite Stock die Treppe und den Keller. Bitte auch das Geländer abwischen und die Fußmatten ausschütteln.' },
  { language: 'de', title: 'Wanderung am Bodensee', body: 'Treffpunkt ist der Bahnhof um neun Uhr. Wir laufen vier Stunden am Ufer entlang und kehren mittags in einem Gasthof ein.' },
  { language: 'de', title: 'Rückgabe der Bibliotheksbücher', body: 'Drei ausgeliehene Bücher sind seit zwei Wochen überfällig. Geben Sie sie bitte zurück, sonst wird eine Mahngebühr fällig.' },
  { language: 'fr', title: 'Recette de crêpes', body: 'Mélangez la farine, les œufs et le lait, laissez reposer la pâte une heure, puis faites cuire chaque crêpe une minute de chaque côté dans une poêle beurrée.' },
  { language: 'fr', title: 'Panne de la chaudière', body: 'Il n’y a plus d’eau chaude depuis ce matin. Le technicien passera demain entre huit heures et midi pour remplacer la pompe.' },
  { language: 'fr', title: 'Cours de natation', body: 'Les enfants de six à dix ans apprennent à nager le mercredi après-midi. Un bonnet de bain est obligatoire.' },
  { language: 'es', title: 'Seguro del coche', body: 'La póliza cubre robo, incendio y daños a terceros. En caso de accidente hay que llamar a la aseguradora en un plazo de siete días.' },
  { language: 'es', title: 'Fiesta de cumpleaños', body: 'Cumplo treinta años el sábado y quiero celebrarlo en el jardín con una barbacoa, música y todos mis amigos.' },
  { language: 'es', title: 'Entrevista de trabajo', body: 'La candidata tiene cinco años de experiencia como contable, habla inglés y podría empezar el próximo mes.' },
  { language: 'pt', title: 'Conta de luz em atraso', body: 'O pagamento da eletricidade venceu no dia dez. Se não for pago em quinze dias, o fornecimento será suspenso.' },
  { language: 'pt', title: 'Observação de aves', body: 'Na lagoa vimos garças, patos selvagens e um guarda-rios. O melhor momento é pouco depois do nascer do sol.' },
  { language: 'ru', title: 'Ремонт ванной', body: 'Старую плитку сняли, стены выровняли, на следующей неделе мастер поставит новую раковину и подключит стиральную машину.' },
  { language: 'ru', title: 'Расписание экзаменов', body: 'Экзамен по математике состоится двенадцатого июня в десять утра, устный ответ по истории — через три дня.' },
  { language: 'ru', title: 'Прививка для собаки', body: 'Щенку сделали первую прививку от бешенства. Через месяц нужно прийти к ветеринару ещё раз.' },
  { language: 'zh', title: '电动车充电规定', body: '为了消防安全，电动自行车不得在楼道内充电，请停放在小区北门的充电棚，充满后及时拔掉插头。' },
  { language: 'zh', title: '书法班招生', body: '本班每周六上午上课，从基本笔画学起，笔墨纸砚由学校提供，零基础的成年人也可以报名。' },
  { language: 'zh', title: '服务器迁移计划', body: '周日凌晨两点开始把数据库复制到新机房，预计停机四十分钟，完成后核对记录数量再切换域名。' },
  { language: 'zh', title: '外婆的红烧肉', body: '五花肉切块焯水，冰糖炒出焦色，放入酱油、黄酒和八角，小火炖一个半小时，最后收汁。' },
  { language: 'ja', title: '町内会の清掃活動', body: '今月の第二日曜日の朝八時に公園へ集合し、落ち葉とごみを拾います。軍手は町内会で用意します。' },
  { language: 'ja', title: '歯医者の予約変更', body: '水曜日の午後三時の予約を、出張のため来週の金曜日に変更していただけますか。' },
  { language: 'ja', title: '天体望遠鏡の選び方', body: '初めての人には口径八十ミリほどの屈折式が扱いやすく、月のクレーターや土星の輪がよく見えます。' },
  { language: 'ja', title: 'おばあちゃんへ', body: 'なつやすみにあそびにいったとき、おいしいすいかをたべさせてくれてありがとう。いぬのしろはげんきですか。またいっしょにかわであそびたいです。' },
  { language: 'ja', title: 'たまごやきのつくりかた', body: 'たまごをわって、さとうとしおをすこしいれ、よくまぜます。フライパンにあぶらをひいて、ゆっくりまきながらやきます。' },
  { language: 'ko', title: '헬스장 회원권 환불', body: '이사를 가게 되어 남은 석 달 치 회비의 환불을 신청합니다. 계약서 사본을 함께 보냅니다.' },
  { language: 'ko', title: '김장하는 날', body: '배추를 소금물에 하룻밤 절이고 무채와 고춧가루, 젓갈로 만든 양념을 잎 사이사이에 넣습니다.' },
  { language: 'ar', title: 'تجديد جواز السفر', body: 'يجب تقديم الطلب قبل انتهاء الجواز بستة أشهر مع صورتين شخصيتين ودفع الرسوم في مكتب البريد.' },
  { language: 'ar', title: 'سقي أشجار الزيتون', body: 'تحتاج الأشجار الصغيرة إلى الماء مرتين في الأسبوع صيفا، أما الكبيرة فيكفيها المطر في أغلب السنوات.' },
  { language: 'hi', title: 'बिजली मीटर की शिकायत', body: 'पिछले दो महीनों से मीटर बहुत तेज़ चल रहा है, कृपया किसी कर्मचारी को भेजकर इसकी जाँच करवाएँ।' },
  { language: 'hi', title: 'रेल यात्रा का टिकट', body: 'दिल्ली से वाराणसी की गाड़ी रात दस बजे चलती है और सुबह सात बजे पहुँचती है, सीट खिड़की के पास है।' },
  { language: 'tr', title: 'Kayıp kedi ilanı', body: 'Boynunda kırmızı tasma olan gri kedimiz salı gününden beri kayıp. Gören olursa lütfen bu numarayı arasın.' },
  { language: 'tr', title: 'Zeytinyağlı fasulye', body: 'Soğanı yağda kavurun, fasulyeleri ve rendelenmiş domatesi ekleyin, az suyla kısık ateşte yumuşayana kadar pişirin.' },
  { language: 'vi', title: 'Lịch tiêm chủng', body: 'Trẻ sáu tháng tuổi cần tiêm mũi thứ hai tại trạm y tế phường vào sáng thứ năm, nhớ mang theo sổ tiêm.' },
  { language: 'th', title: 'ประกาศปิดถนน', body: 'ถนนหน้าตลาดจะปิดซ่อมผิวจราจรตั้งแต่วันจันทร์ถึงวันพุธ ขอให้ผู้ขับขี่ใช้เส้นทางเลี่ยง' },
  { language: 'id', title: 'Arisan bulan depan', body: 'Pertemuan ibu-ibu diadakan di rumah Bu Sri hari Minggu sore. Jangan lupa membawa iuran dan kue.' },
  { language: 'pl', title: 'Zgubiona karta płatnicza', body: 'Kartę należy natychmiast zastrzec przez telefon, a nowa przyjdzie pocztą w ciągu pięciu dni roboczych.' },
  { language: 'el', title: 'Ενοικίαση σκάφους', body: 'Το σκάφος παραδίδεται το πρωί του Σαββάτου με γεμάτη δεξαμενή και επιστρέφεται στο ίδιο λιμάνι. Για την οδήγησή του χρειάζεται δίπλωμα.' },
  { language: 'he', title: 'תיקון מזגן', body: 'הטכנאי החליף את המסנן, ניקה את המאוורר ומילא גז. יש לכבות את המכשיר בלילה ולהזמין בדיקה לפני הקיץ הבא.' },
  { language: 'en', title: 'parse command line arguments', body: 'def parse_arguments(argv):\n    parser = argparse.ArgumentParser()\n    parser.add_argument("--verbose", action="store_true")\n    return parser.parse_args(argv)' },
  { language: 'en', title: 'retry failed requests', body: 'for (let attempt = 0; attempt < limit; attempt++) {\n  const response = await fetch(url);\n  if (response.ok) return response;\n  await wait(2 ** attempt * 100);\n}' },
];
