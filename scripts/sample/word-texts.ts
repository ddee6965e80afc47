/** The sample's Word documents: headings and tables, as word processors write them. */

import type { WordDocument } from './docx.ts';

export const WORD_TEXTS: readonly (WordDocument & { readonly path: string })[] = [
  {
    path: 'Home/Mietvertrag Lindenallee 7.docx',
    title: 'Mietvertrag Lindenallee 7',
    language: 'de-DE',
    blocks: [
      { heading: 'Mietvertrag über Wohnraum', level: 1 },
      { paragraph: 'Zwischen Walburga Beispielmann (Vermieterin) und Jonas und Alma Erdacht (Mieter) wird folgender Vertrag geschlossen.' },
      { heading: '§ 1 Die Wohnung', level: 2 },
      { paragraph: 'Vermietet wird die Wohnung im zweiten Stock links, Lindenallee 7 in Musterhausen: drei Zimmer, Küche, Bad, Balkon und ein Kellerabteil. Die Mieter erhalten drei Haustürschlüssel und zwei Kellerschlüssel. Den Garten dürfen alle Parteien im Haus benutzen.' },
      { heading: '§ 2 Miete und Nebenkosten', level: 2 },
      { table: [
        ['Posten', 'Betrag im Monat', 'Bemerkung'],
        ['Grundmiete', '780 Euro', 'fällig am dritten Werktag'],
        ['Heizung und Warmwasser', '120 Euro', 'Vorauszahlung, Abrechnung im Juni'],
        ['Wasser, Müll, Treppenhaus', '85 Euro', 'Vorauszahlung'],
        ['Stellplatz im Hof', '35 Euro', 'mit der Wohnung vermietet'],
      ] },
      { heading: '§ 3 Mietzeit und Kündigung', level: 2 },
      { paragraph: 'Das Mietverhältnis beginnt am 1. April 2023 und läuft auf unbestimmte Zeit. Die Mieter können es mit einer Frist von drei Monaten zum Ende eines Monats kündigen. Die Kündigung muss schriftlich erfolgen, von beiden Mietern unterschrieben sein und der Vermieterin spätestens am dritten Werktag des ersten Monats zugehen. Eine Nachricht über das Telefon genügt nicht.' },
      { heading: '§ 4 Kaution', level: 2 },
      { paragraph: 'Die Kaution beträgt drei Grundmieten und darf in drei Raten gezahlt werden. Die Vermieterin legt sie getrennt von ihrem Vermögen an und zahlt sie spätestens sechs Monate nach dem Auszug mit Zinsen zurück.' },
      { heading: '§ 5 Reparaturen, Tiere, Auszug', level: 2 },
      { paragraph: 'Kleine Reparaturen bis 90 Euro tragen die Mieter, höchstens 300 Euro im Jahr. Katzen sind erlaubt, Hunde nach Absprache. Beim Auszug ist die Wohnung besenrein zu übergeben; gestrichen werden muss nur, was stark abgenutzt ist.' },
    ],
  },
  {
    path: 'Work/Curriculum vitae - Fiorella Inventati.docx',
    title: 'Curriculum vitae',
    language: 'it-IT',
    blocks: [
      { heading: 'Fiorella Inventati', level: 1 },
      { paragraph: 'Restauratrice di mobili antichi, nata in un paese che non si trova sulle carte. fiorella@inventati.example' },
      { heading: 'Esperienze di lavoro', level: 2 },
      { table: [
        ['Anni', 'Dove', 'Che cosa'],
        ['2019 – oggi', 'Bottega del Tarlo', 'restauro di cassettoni e sedie, preventivi, formazione di due apprendisti'],
        ['2015 – 2019', 'Museo del Legno Storto', 'catalogo della collezione, pulitura e consolidamento di cornici dorate'],
        ['2013 – 2015', 'Falegnameria Pialla e figli', 'montaggio di cucine, assistenza ai clienti'],
      ] },
      { heading: 'Studi', level: 2 },
      { paragraph: 'Diploma di tecnica del restauro con una tesi sulle colle animali. Corso serale di doratura.' },
      { heading: 'Competenze', level: 2 },
      { paragraph: 'Riconosco le essenze del legno, preparo vernici a gommalacca, uso il tornio. Patente di guida per furgoni. Lingue: italiano madrelingua, francese buono, inglese discreto.' },
      { heading: 'Interessi', level: 2 },
      { paragraph: 'Canto in un coro di montagna e riparo giocattoli per la biblioteca del quartiere.' },
    ],
  },
];
