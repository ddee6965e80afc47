/** Types of the one dictionary file of opencc-js that fold.ts reads: entries `from to` joined by `|`. */
declare module 'opencc-js/dict/TSCharacters' {
  const entries: string;
  export default entries;
}
