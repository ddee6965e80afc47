/**
 * What sort of file a name promises: for files that are known by name only, and as the first guess before the bytes are read.
 * A name can lie; detect.ts decides by the bytes. Pure, no file is touched.
 */

import type { FileKind } from '../contract/model.ts';

/** Extensions in lower case, without dot. One extension stands in one kind only (a test checks). */
const EXTENSIONS: Readonly<Record<Exclude<FileKind, 'other'>, string>> = {
  text: 'txt text log rst adoc asciidoc org tex ltx bib textile wiki pod man me 1st nfo diff patch srt vtt sub ass lrc po pot strings',
  markdown: 'md markdown mdown mkd mkdn mdx rmd qmd',
  code: 'c h cc cpp cxx c++ hh hpp hxx h++ inl ino m mm cs java kt kts scala sc sbt groovy gradle go rs swift zig d nim v odin js mjs cjs jsx ts mts cts tsx '
    + 'vue svelte astro py pyw pyi pyx rb rake gemspec erb php phtml php5 pl pm t raku lua r jl dart ex exs erl hrl elm hs lhs ml mli re rei res resi fs fsi fsx '
    + 'clj cljs cljc edn el lisp lsp cl scm rkt sh bash zsh fish ksh csh ps1 psm1 psd1 bat cmd awk sed sql sol vhd vhdl sv svh verilog asm s nasm wat '
    + 'proto thrift graphql gql css scss sass less styl cmake mk mak dockerfile tf hcl nix bzl bazel star gn gni rdl tla ql qll cob cbl f f90 f95 for pas pp ada adb ads '
    + 'vb vbs bas cls tcl coffee ls purs idr agda lean coq hx as gd glsl vert frag hlsl metal wgsl cu cuh ipynb',
  web: 'html htm xhtml xht shtml mht mhtml webarchive asp aspx jsp',
  pdf: 'pdf',
  document: 'doc docx docm dot dotx dotm odt fodt ott rtf pages wpd wps abw sxw xps oxps hwp hwpx ps eps djvu djv one',
  sheet: 'xls xlsx xlsm xlsb xlt xltx ods fods ots numbers csv tsv tab sxc',
  slides: 'ppt pptx pptm pps ppsx potx odp fodp otp key sxi',
  mail: 'eml emlx msg mbox mbx pst ost oft ics vcf',
  book: 'epub mobi azw azw3 azw4 kfx fb2 fbz lit prc cbz cbr cb7 ibooks',
  image: 'png jpg jpeg jpe jfif gif bmp tif tiff webp avif heic heif svg svgz ico icns psd psb ai xcf kra raw cr2 cr3 crw nef nrw arw srf sr2 dng orf rw2 raf pef x3f '
    + 'tga pcx pbm pgm ppm pnm exr hdr jxl jp2 j2k sketch fig afdesign afphoto cdr wmf emf dds indd blend',
  audio: 'mp3 m4a m4b aac flac wav wave ogg oga opus wma aif aiff aifc alac ape amr mid midi mka au snd ac3 dsf dff m3u m3u8 pls',
  video: 'mp4 m4v mov qt avi mkv webm wmv flv f4v mpg mpeg mpe m2v m2ts vob 3gp 3g2 ogv rm rmvb asf divx mxf',
  archive: 'zip zipx tar gz tgz bz2 tbz tbz2 xz txz lzma lz lz4 zst tzst z 7z rar cab arj lzh lha ace cpio ar sit sitx dmg iso img vhdx vmdk vdi qcow2 wim xar jar war ear apk aab ipa xpi crx whl egg gem nupkg crate deb rpm pkg msix appx appimage snap flatpak',
  data: 'json jsonl ndjson json5 jsonc geojson topojson har yaml yml toml ini cfg conf config properties env editorconfig plist xml xsd xsl xslt rdf owl ttl nt nq n3 rss atom gpx kml kmz '
    + 'sqlite sqlite3 db db3 mdb accdb dbf parquet feather arrow avro orc hdf5 h5 hdf nc mat npy npz pkl pickle rds rda rdata sav dta sas7bdat shp shx prj '
    + 'pem crt cer der p12 pfx lock map reg desktop torrent bin dat dump bak',
  program: 'exe dll com sys scr msi msm msp so dylib a lib o obj ko bundle app class pyc pyo pyd wasm node elf out dex vxd ocx drv cpl lnk rom hex efi swf pdb ttf otf ttc woff woff2 eot',
};

/** Whole names, in lower case, that say more than their ending. */
const NAMES: Readonly<Record<string, FileKind>> = {
  'makefile': 'code', 'gnumakefile': 'code', 'dockerfile': 'code', 'containerfile': 'code', 'jenkinsfile': 'code', 'vagrantfile': 'code', 'rakefile': 'code',
  'gemfile': 'code', 'podfile': 'code', 'brewfile': 'code', 'justfile': 'code', 'procfile': 'code', 'build': 'code', 'workspace': 'code', 'sconstruct': 'code',
  'cmakelists.txt': 'code', 'meson.build': 'code', 'pkgbuild': 'code', '.bashrc': 'code', '.bash_profile': 'code', '.profile': 'code', '.zshrc': 'code', '.vimrc': 'code',
  'readme': 'text', 'license': 'text', 'licence': 'text', 'copying': 'text', 'authors': 'text', 'contributors': 'text', 'changelog': 'text', 'changes': 'text',
  'news': 'text', 'notice': 'text', 'install': 'text', 'todo': 'text', '.gitignore': 'text', '.gitattributes': 'text', '.dockerignore': 'text', '.npmignore': 'text',
  '.env': 'data', '.npmrc': 'data', '.editorconfig': 'data', '.gitconfig': 'data', '.ds_store': 'other', 'thumbs.db': 'other',
};

const KIND_OF_EXTENSION: ReadonlyMap<string, FileKind> = new Map(
  Object.entries(EXTENSIONS).flatMap(([kind, list]) => list.split(/\s+/).map((extension) => [extension, kind as FileKind] as const)), // keys of a Record<FileKind, …>
);

/** Last segment of a path, for `/` and `\` alike. */
function baseName(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}

/** The extension in lower case without its dot; '' when there is none (`README`, `.bashrc`, `name.`). */
export function extensionOf(name: string): string {
  const base = baseName(name);
  const dot = base.lastIndexOf('.');
  return dot <= 0 ? '' : base.slice(dot + 1).toLowerCase();
}

/** The kind that this name (or path) promises; `other` when it promises nothing. */
export function kindOfName(name: string): FileKind {
  const base = baseName(name).toLowerCase();
  const known = Object.hasOwn(NAMES, base) ? NAMES[base] : undefined;
  return known ?? KIND_OF_EXTENSION.get(extensionOf(name)) ?? 'other';
}

/** Every extension of the table with its kind: for tests and for the query language's `type:`. */
export function knownExtensions(): ReadonlyMap<string, FileKind> {
  return KIND_OF_EXTENSION;
}
